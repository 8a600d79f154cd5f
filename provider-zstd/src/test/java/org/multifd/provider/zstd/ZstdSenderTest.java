package org.multifd.provider.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDSender;
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
}
