/** Migrations over a slow link, and what TLS costs. */
package org.multifd.bench.link;
