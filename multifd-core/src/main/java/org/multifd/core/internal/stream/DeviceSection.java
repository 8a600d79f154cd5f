package org.multifd.core.internal.stream;

/**
 * A device's section in a stream.
 *
 * @param bytes its content, without header and footer
 */
public record DeviceSection(String name, long instance, long bytes) {
}
