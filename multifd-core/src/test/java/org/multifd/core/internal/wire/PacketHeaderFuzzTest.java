package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes, the header is refused with a WireException or all its fields are safe to use. */
class PacketHeaderFuzzTest {

    private static final int RUNS = 20_000;

    private int accepted;
    private int refused;

    @Test
    void shouldSurviveFlippedBits() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            RawHeader raw = new RawHeader();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                // Most flips where they matter: the fields, the name's start, the first offsets.
                int at = random.nextInt(4) == 0 ? random.nextInt(1344) : pick(random);
                raw.bytes.put(at, (byte) (raw.bytes.get(at) ^ 1 << random.nextInt(8)));
            }
            check(raw.bytes, "flips, seed " + seed);
        }
        assertTrue(accepted > RUNS / 50 && refused > RUNS / 10, accepted + " accepted, " + refused + " refused");
    }

    private static int pick(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(36);
            case 1 -> RawHeader.NAME + random.nextInt(8);
            default -> RawHeader.OFFSETS + random.nextInt(24);
        };
    }

    @Test
    void shouldSurviveExtremeFields() {
        int[] extremes =
                {0, 1, 2, 127, 128, 129, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -128, 1 << 20, (1 << 20) + 1};
        int[] fields = {RawHeader.FLAGS, RawHeader.ALLOCATED, RawHeader.NORMAL, RawHeader.PAYLOAD, RawHeader.ZERO};
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            RawHeader raw = new RawHeader();
            for (int field : fields) {
                if (random.nextBoolean()) {
                    raw.u32(field, extremes[random.nextInt(extremes.length)]);
                }
            }
            check(raw.bytes, "extremes, seed " + seed);
        }
        assertTrue(accepted > RUNS / 50 && refused > RUNS / 10, accepted + " accepted, " + refused + " refused");
    }

    @Test
    void shouldSurviveNoise() {
        byte[] noise = new byte[1344];
        for (int seed = 0; seed < RUNS; seed++) {
            new Random(seed).nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.wrap(noise);
            if (seed % 2 == 0) {
                bytes.putInt(0, PacketHeader.MAGIC).putInt(4, PacketHeader.VERSION);
            }
            check(bytes, "noise, seed " + seed);
        }
        assertEquals(RUNS, accepted + refused);
    }

    private void check(ByteBuffer bytes, String label) {
        PacketHeader header = new PacketHeader(4096);
        try {
            header.decode(bytes.position(0), RawHeader.BLOCKS);
        } catch (WireException e) {
            refused++;
            assertTrue(e.getMessage().matches("packet: received .*, expected .*") && e.getMessage().length() < 500,
                    label + ": " + e.getMessage());
            return;
        } catch (RuntimeException e) {
            fail(label, e);
        }
        accepted++;
        assertTrue(header.normalPages >= 0 && header.zeroPages >= 0 && header.pages() <= 128, label);
        assertTrue(header.normalPages == 0 ? header.payloadLength == 0
                : header.payloadLength > 0 && header.payloadLength <= PacketHeader.PAYLOAD_LIMIT, label);
        for (int i = 0; i < header.pages(); i++) {
            long used = RawHeader.BLOCKS.usedLength(header.block);
            assertTrue(header.offsets[i] >= 0 && header.offsets[i] % 4096 == 0
                    && header.offsets[i] + 4096 <= used, label);
        }
    }
}
