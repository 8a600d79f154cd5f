package org.multifd.tck.internal.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What is in a page. None of these is ever all zeros. */
public enum Content {
    TEXT {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            int at = from;
            while (at < to) {
                byte[] word = WORDS[random.nextInt(WORDS.length)];
                int length = Math.min(word.length, to - at);
                System.arraycopy(word, 0, page, at, length);
                at += length;
            }
        }
    },
    CODE {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            int at = from;
            while (at < to) {
                byte[] instruction = INSTRUCTIONS[random.nextInt(INSTRUCTIONS.length)];
                int length = Math.min(instruction.length, to - at);
                System.arraycopy(instruction, 0, page, at, length);
                at += length;
                if (at < to && random.nextInt(3) == 0) {
                    page[at++] = (byte) (8 * random.nextInt(32));
                }
            }
        }
    },
    POINTERS {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            long heap = 0x00007f0000000000L + (random.nextLong() & 0xFFFFFF000L);
            for (int at = from; at < to; at++) {
                int inWord = (at - from) & 7;
                if (inWord == 0) {
                    heap += 16L * random.nextInt(64);
                }
                page[at] = (byte) (heap >>> (8 * inWord));
            }
        }
    },
    NOISE {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            byte[] noise = new byte[to - from];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, page, from, noise.length);
        }
    },
    CONSTANT {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            Arrays.fill(page, from, to, (byte) (1 + random.nextInt(255)));
        }
    },
    MIXED {
        @Override
        public void fill(byte[] page, int from, int to, SplittableRandom random) {
            Content[] parts = {TEXT, CODE, POINTERS, NOISE, CONSTANT};
            int at = from;
            while (at < to) {
                int end = Math.min(to, at + 64 + random.nextInt(960));
                parts[random.nextInt(parts.length)].fill(page, at, end, random);
                at = end;
            }
        }
    };

    private static final byte[][] WORDS = words("the page of memory is moved while guest goes on and writes to it "
            + "again kernel: usb device started service session for user root network link up /usr/lib/ error=0 true "
            + "false");

    private static final byte[][] INSTRUCTIONS = {{0x48, (byte) 0x89, (byte) 0xe5}, {0x55}, {0x5d, (byte) 0xc3},
        {0x48, (byte) 0x8b, 0x45}, {0x48, (byte) 0x83, (byte) 0xec, 0x20}, {(byte) 0xe8, 0x10, 0x32, 0, 0},
        {0x0f, (byte) 0x1f, 0x44, 0, 0}, {0x74, 0x0c}, {(byte) 0x85, (byte) 0xc0}, {0x31, (byte) 0xc0}};

    public abstract void fill(byte[] page, int from, int to, SplittableRandom random);

    /** The bytes of some pages in payload order. */
    public byte[] pages(int pageSize, int pages, SplittableRandom random) {
        byte[] bytes = new byte[pageSize * pages];
        for (int page = 0; page < pages; page++) {
            fill(bytes, page * pageSize, (page + 1) * pageSize, random);
        }
        return bytes;
    }

    private static byte[][] words(String text) {
        return Arrays.stream(text.split(" ")).map(word -> (word + " ").getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }
}
