/** The guest memory that is measured: synthetic pages and files. */
package org.multifd.bench.data;
