/** The method {@code lz4}, by lz4-java. QEMU does not have it: only between two multifd peers. */
package org.multifd.provider.lz4;
