package org.multifd.core.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Peer data in messages: escaped, so that nothing a peer sends can forge a line or drive a terminal. */
public final class Text {

    private static final int LONGEST = 80;

    private Text() {
    }

    /** The bytes as quoted text, cut after 80; whatever is not printable ASCII as {@code \xNN}. */
    public static String quote(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bytes.length && i < LONGEST; i++) {
            int c = bytes[i] & 0xFF;
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                text.append((char) c);
            } else {
                text.append(String.format("\\x%02x", c));
            }
        }
        return text.append(bytes.length > LONGEST ? "\"..." : "\"").toString();
    }

    /** As {@link #quote(byte[])}. */
    public static String quote(String text) {
        return quote(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The NUL-terminated text in a field, without its NUL. */
    static byte[] field(ByteBuffer buffer, int start, int size) {
        int length = 0;
        while (length < size && buffer.get(start + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        buffer.get(start, bytes);
        return bytes;
    }
}
