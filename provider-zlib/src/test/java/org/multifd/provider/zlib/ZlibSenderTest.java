package org.multifd.provider.zlib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Packet;

class ZlibSenderTest {

    private static MultiFDSender sender(int level) {
        return new ZlibMethods().sendSetup(Packet.params("multifd-zlib-level", level));
    }

    private static String hex(byte[] payload, int from, int to) {
        return HexFormat.of().formatHex(payload, from, to);
    }

    @ParameterizedTest
    @CsvSource({"0,7801", "1,7801", "5,785e", "6,789c", "9,78da"})
    void shouldWriteOneHeaderForTheChannelAndEndEachPacketWithASyncFlush(int level, String header) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            byte[] first = new Packet(Packet.text(128, 1), 1).sentBy(sender);
            byte[] second = new Packet(Packet.text(3, 2), 3).sentBy(sender);
            assertEquals(header, hex(first, 0, 2));
            assertEquals("0000ffff", hex(first, first.length - 4, first.length));
            assertFalse(hex(second, 0, 2).equals(header));
            assertEquals("0000ffff", hex(second, second.length - 4, second.length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 9})
    void shouldMakeEachPacketDecodableByTheStreamSoFar(int level) throws Exception {
        Inflater inflater = new Inflater();
        try (MultiFDSender sender = sender(level)) {
            for (int packet = 0; packet < 20; packet++) {
                int pages = packet % 3 == 0 ? 128 : 1 + packet * 6;
                byte[] content = packet % 4 == 3 ? Packet.noise(pages, packet) : Packet.text(pages, packet);
                inflater.setInput(new Packet(content, packet % 2 == 0 ? 1 : pages).sentBy(sender));
                byte[] decoded = new byte[content.length + 1];
                assertEquals(content.length, inflater.inflate(decoded));
                assertArrayEquals(content, Arrays.copyOf(decoded, content.length));
                assertEquals(0, inflater.getRemaining());
                assertFalse(inflater.finished());
            }
        } finally {
            inflater.end();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9})
    void shouldFitIncompressiblePagesWithALittleOverhead(int level) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            for (int packet = 0; packet < 4; packet++) {
                byte[] content = Packet.noise(128, packet);
                int length = new Packet(content, packet % 2 == 0 ? 1 : 128).sentBy(sender).length;
                assertTrue(length < content.length + 1024, () -> length + " bytes");
            }
        }
    }

    @Test
    void shouldReferBackToEarlierPackets() throws Exception {
        try (MultiFDSender sender = sender(1)) {
            byte[] content = Packet.noise(4, 1);
            int first = new Packet(content, 1).sentBy(sender).length;
            int again = new Packet(content, 1).sentBy(sender).length;
            assertTrue(first > content.length && again < 1000, () -> first + ", then " + again + " bytes");
        }
    }
}
