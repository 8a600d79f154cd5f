package com.example.multifd.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the reference implementation writes: at each of its levels, a frame for each packet or one for all. */
class FrameDecoderTest {

    private static final int BYTES = 4 << 20;

    /** Words, noise and repetitions, long and short. */
    private static byte[] pages() {
        Random random = new Random(1);
        ByteBuffer pages = ByteBuffer.allocate(BYTES + 8192);
        while (pages.position() < BYTES) {
            switch (random.nextInt(4)) {
                case 0 -> {
                    byte[] noise = new byte[random.nextInt(2000)];
                    random.nextBytes(noise);
                    pages.put(noise);
                }
                case 1 -> pages.put(new byte[random.nextInt(4000)]);
                case 2 -> pages.put(pages.array(), random.nextInt(pages.position() + 1), random.nextInt(4000));
                default -> {
                    for (int i = random.nextInt(300); i > 0; i--) {
                        pages.put(Integer.toString(random.nextInt(1 << random.nextInt(1, 30)), 36)
                                .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
        }
        return Arrays.copyOf(pages.array(), BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 1, 3, 6, 12, 19})
    void shouldReadWhatTheReferenceImplementationWrites(int level) throws Exception {
        byte[] pages = pages();
        for (EndDirective end : new EndDirective[] {EndDirective.FLUSH, EndDirective.END}) {
            for (int packet : new int[] {4096, 65536, 524288}) {
                FrameDecoder decoder = new FrameDecoder();
                try (ZstdCompressCtx context = new ZstdCompressCtx()) {
                    context.setLevel(level);
                    context.setChecksum(packet == 65536);
                    for (int at = 0; at < BYTES; at += packet) {
                        int decoded = decoder.decode(payload(context, pages, at, packet, end), packet);
                        assertEquals(packet, decoded);
                        assertArrayEquals(Arrays.copyOfRange(pages, at, at + packet), Arrays.copyOfRange(
                                decoder.output(), decoder.outputEnd() - packet, decoder.outputEnd()));
                    }
                }
            }
        }
    }

    private static ByteBuffer payload(ZstdCompressCtx context, byte[] pages, int at, int packet, EndDirective end) {
        ByteBuffer in = ByteBuffer.allocateDirect(packet).put(pages, at, packet).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(2 * packet + 1000);
        boolean done = false;
        while (!done) {
            done = context.compressDirectByteBufferStream(out, in, end);
        }
        return out.flip();
    }
}
