package org.multifd.provider.zstd;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Page contents, the same in each run. */
final class Content {

    private Content() {
    }

    static byte[] noise(int pages, int seed) {
        byte[] content = new byte[pages * Packet.PAGE];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** Words out of a small dictionary: matches within a page, between pages and between packets. */
    static byte[] text(int pages, int seed) {
        Random random = new Random(seed);
        byte[] content = new byte[pages * Packet.PAGE];
        for (int at = 0; at < content.length;) {
            byte[] word = Integer.toString(random.nextInt(3000) * 7919, 36).getBytes(StandardCharsets.US_ASCII);
            int length = Math.min(word.length, content.length - at);
            System.arraycopy(word, 0, content, at, length);
            at += length + 1;
        }
        return content;
    }
}
