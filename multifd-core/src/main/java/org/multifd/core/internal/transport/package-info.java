/** Addresses in QEMU's notation, connections and listeners. */
package org.multifd.core.internal.transport;
