package org.multifd.provider.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Oracle;
import org.multifd.tck.Packet;

class ZstdSenderTest {

    private static MultiFDSender sender(int level) throws Exception {
        return new ZstdMethods().sendSetup(Packet.params("multifd-zstd-level", level));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 9, 20})
    void shouldSendOneWholeFrameForEachPacket(int level) throws Exception {
        ByteArrayOutputStream channel = new ByteArrayOutputStream();
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        try (MultiFDSender sender = sender(level)) {
            for (int packet = 0; packet < 8; packet++) {
                int pages = packet % 3 == 0 ? 128 : 1 + packet * 15;
                byte[] content = packet % 4 == 3 ? Packet.noise(pages, packet) : Packet.text(pages, packet);
                byte[] payload = new Packet(content, packet % 2 == 0 ? 1 : pages).sentBy(sender);
                assertArrayEquals(content, AircompressorZstd.decode(payload, content.length));
                channel.write(payload);
                contents.write(content);
            }
        }
        assertArrayEquals(contents.toByteArray(), AircompressorZstd.decode(channel.toByteArray(), contents.size()));
    }

    /** Single segment, four bytes of content size, no checksum: the window is the packet, at any level. */
    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void shouldAskForNoLargerWindowThanThePacket(int level) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            byte[] payload = new Packet(Packet.text(128, 1), 4).sentBy(sender);
            assertEquals("28b52ffd" + "a0" + "00000800", HexFormat.of().formatHex(payload, 0, 9));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 20})
    void shouldFitIncompressiblePagesWithALittleOverhead(int level) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            for (int packet = 0; packet < 4; packet++) {
                byte[] content = Packet.noise(128, packet);
                int length = new Packet(content, packet % 2 == 0 ? 1 : 128).sentBy(sender).length;
                assertTrue(length < content.length + 100, () -> length + " bytes");
            }
        }
    }

    @Test
    void shouldTakeLevelZeroForZstdsDefault() throws Exception {
        try (MultiFDSender zero = sender(0); MultiFDSender one = sender(1); MultiFDSender three = sender(3)) {
            Packet packet = new Packet(Packet.text(128, 1), 1);
            byte[] payload = packet.sentBy(zero);
            assertArrayEquals(packet.sentBy(three), payload);
            assertFalse(java.util.Arrays.equals(packet.sentBy(one), payload));
        }
    }

    /** What the packets take together, each decoded by another implementation. */
    private static long send(MultiFDSender sender, Oracle.Codec decoder, List<byte[]> packets) throws Exception {
        long bytes = 0;
        for (byte[] content : packets) {
            byte[] payload = new Packet(content, 1).sentBy(sender);
            assertArrayEquals(content, decoder.apply(payload, Packet.PAGE, content.length / Packet.PAGE));
            bytes += payload.length;
        }
        return bytes;
    }

    /** Packets that repeat what others had, as pages of one guest do. */
    private static List<byte[]> alike(int pages, int packets) {
        byte[] all = Packet.text(128, 1);
        return IntStream.range(0, packets).mapToObj(i -> {
            byte[] content = Arrays.copyOfRange(all, i % 4 * Packet.PAGE, (i % 4 + pages) * Packet.PAGE);
            content[i] ^= 1;
            return content;
        }).toList();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "4,1", "8,1", "4,9"})
    void shouldLetSmallPacketsReferToTheOnesBefore(int pages, int level) throws Exception {
        List<byte[]> packets = alike(pages, 2 * ZstdSender.CYCLE);
        long frames = 0;
        for (byte[] content : packets.subList(0, ZstdSender.MEASURED)) {
            try (MultiFDSender single = sender(level)) {
                // a packet that is the first of a channel has no history
                frames += new Packet(content, 1).sentBy(single).length;
            }
        }
        try (MultiFDSender sender = sender(level)) {
            long bytes = send(sender, new AircompressorZstd.Decoder(), packets);
            frames *= packets.size() / ZstdSender.MEASURED;
            assertTrue(3 * bytes < frames, bytes + " bytes, " + frames + " in frames");
        }
    }

    @Test
    void shouldEndAFrameOfSmallPacketsWithALargeOne() throws Exception {
        try (MultiFDSender sender = sender(1)) {
            AircompressorZstd.Decoder decoder = new AircompressorZstd.Decoder();
            for (int i = 0; i < 12; i++) {
                send(sender, decoder, alike(4, 1 + i));
                send(sender, decoder, List.of(Packet.text(128, i)));
                byte[] whole = new Packet(Packet.text(128, 7), 1).sentBy(sender);
                assertArrayEquals(Packet.text(128, 7), AircompressorZstd.decode(whole, 128 * Packet.PAGE));
            }
        }
    }

    /** The receiver, and QEMU's, is content with a window of one large packet. */
    @Test
    void shouldReceiveWhatItSends() throws Exception {
        try (MultiFDSender sender = sender(3); MultiFDReceiver receiver = new ZstdMethods().recvSetup(
                Packet.params("multifd-zstd-level", 3))) {
            for (int i = 0; i < 2 * ZstdSender.CYCLE; i++) {
                byte[] content = i % 50 == 49 ? Packet.noise(128, i) : i % 3 == 0 ? Packet.noise(1 + i % 8, i)
                        : Packet.text(1 + i % 8, i);
                byte[] payload = new Packet(content, 1).sentBy(sender);
                assertArrayEquals(content, new Packet(content.length / Packet.PAGE, 1).receivedBy(receiver, payload)
                        .content());
            }
        }
    }

    /**
     * Whether packets go on as one stream is decided by measured ones, whatever they are: no frame begins within
     * another one.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void shouldNeverBeginAFrameWithinAnother(int level) throws Exception {
        for (int seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<byte[]> packets = new ArrayList<>();
            for (int packet = 0; packet < 12; packet++) {
                byte[] content = random.nextInt(3) == 0 ? Packet.text(1 + random.nextInt(8), random.nextInt(1000))
                        : Packet.noise(1, seed * 100 + packet);
                if (packet > 0 && random.nextBoolean()) { // a little of the one before
                    byte[] before = packets.get(packet - 1);
                    System.arraycopy(before, 0, content, 0, Math.min(Math.min(before.length, content.length),
                            random.nextInt(200)));
                }
                packets.add(content);
            }
            try (MultiFDSender sender = sender(level); Oracle.Codec decoder = new AircompressorZstd().decoder()) {
                send(sender, decoder, packets);
            }
        }
    }
}
