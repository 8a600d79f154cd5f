package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.multifd.tck.internal.harness.ChannelParams;

/** What becomes of a good payload on its way to a receiver. */
enum Mutation {
    TRUNCATED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] payload = sent.payload(packet);
            return Arrays.copyOf(payload, 1 + random.nextInt(payload.length));
        }
    },
    FLIPPED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] payload = sent.payload(packet).clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return payload;
        }
    },
    RANDOM {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] payload = new byte[1 + random.nextInt(random.nextInt(8) == 0 ? 65536 : 256)];
            random.nextBytes(payload);
            return payload;
        }
    },
    OTHER_PACKET {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            return sent.payload((packet + 1 + random.nextInt(sent.packets() - 1)) % sent.packets());
        }
    },
    OTHER_CHANNEL {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            return other.payload(packet);
        }
    },
    /** Lengths and windows as large as they can be written, mostly where formats have them. */
    OVERSIZED_CLAIM {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            return claim(sent.payload(packet), random);
        }
    },
    SPLICED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] head = sent.payload(packet);
            byte[] tail = other.payload(random.nextInt(other.packets()));
            int cut = random.nextInt(head.length);
            int from = random.nextInt(tail.length);
            byte[] payload = Arrays.copyOf(head, cut + tail.length - from);
            System.arraycopy(tail, from, payload, cut, tail.length - from);
            return payload;
        }
    },
    EXTENDED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] payload = sent.payload(packet);
            int length = random.nextInt(16) == 0 ? ChannelParams.PAYLOAD_LIMIT
                    : Math.min(ChannelParams.PAYLOAD_LIMIT, payload.length + 1 + random.nextInt(4096));
            byte[] extended = new byte[length];
            random.nextBytes(extended);
            System.arraycopy(payload, 0, extended, 0, payload.length);
            return extended;
        }
    },
    /** One byte again and again: zeros, ones, and codes that expand. */
    FILLED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            byte[] payload = new byte[1 + random.nextInt(8192)];
            Arrays.fill(payload, (byte) (random.nextInt(3) - 1 + (random.nextBoolean() ? 0 : random.nextInt(256))));
            int keep = random.nextInt(1 + Math.min(16, Math.min(payload.length, sent.payload(packet).length)));
            System.arraycopy(sent.payload(packet), 0, payload, 0, keep);
            return payload;
        }
    },
    /** A good payload, but for another number of pages. */
    MISCOUNTED {
        @Override
        byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random) {
            return sent.payload(packet);
        }
    };

    private static final int[] EXTREMES = {0xFF, 0x7F, 0x80, 0x00, 0x01};

    abstract byte[] apply(Recording sent, Recording other, int packet, SplittableRandom random);

    private static byte[] claim(byte[] payload, SplittableRandom random) {
        int at = random.nextInt(random.nextInt(4) == 0 ? payload.length : Math.min(payload.length, 24));
        int extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        return claim(payload, at, 1 << random.nextInt(4), extreme, random.nextBoolean());
    }

    /** One to eight bytes, as a field of either byte order would say -1, its largest and its smallest value. */
    private static byte[] claim(byte[] original, int at, int width, int extreme, boolean bigEndian) {
        byte[] payload = original.clone();
        int end = Math.min(payload.length, at + width);
        Arrays.fill(payload, at, end, (byte) (extreme == 0x7F || extreme == 0xFF ? 0xFF : 0));
        payload[bigEndian ? at : end - 1] = (byte) extreme;
        return payload;
    }

    /** Every claim there is in the first bytes of a payload, where formats have their lengths. */
    static List<byte[]> claims(byte[] original, int bytes) {
        List<byte[]> claims = new ArrayList<>();
        for (int at = 0; at < Math.min(bytes, original.length); at++) {
            for (int width = 1; width <= 8; width *= 2) {
                for (int extreme : EXTREMES) {
                    claims.add(claim(original, at, width, extreme, true));
                    if (width > 1) {
                        claims.add(claim(original, at, width, extreme, false));
                    }
                }
            }
        }
        return claims;
    }
}
