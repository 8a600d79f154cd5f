/** QEMU's method {@code zlib}, by the JDK's {@code java.util.zip}. */
package org.multifd.provider.zlib;
