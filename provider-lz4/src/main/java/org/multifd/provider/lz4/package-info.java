/** The method {@code lz4}, by lz4-java. QEMU does not have it: only between two of ours. */
package org.multifd.provider.lz4;
