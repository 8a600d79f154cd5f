/** The mapped-ram file: a main stream whose pages have fixed places (wire-format 7). */
package org.multifd.core.snapshot;
