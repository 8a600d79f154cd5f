/** QEMU processes that are measured or migrated into. */
package org.multifd.bench.qemu;
