/** The bytes: init packet, packet header, flags. Encodes, decodes and validates on a buffer; no I/O, no threads. */
package org.multifd.core.internal.wire;
