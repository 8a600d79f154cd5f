/** Whole migrations between processes, beside QEMU and beside a raw pump. */
package org.multifd.bench.endtoend;
