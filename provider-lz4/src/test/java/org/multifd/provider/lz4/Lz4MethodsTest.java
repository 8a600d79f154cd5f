package org.multifd.provider.lz4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Packet;

class Lz4MethodsTest {

    private final Lz4Methods methods = new Lz4Methods();
    private MultiFDReceiver receiver;

    @BeforeEach
    void open() throws Exception {
        receiver = methods.recvSetup(Packet.params());
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private MultiFDSender sender(int level) throws Exception {
        return methods.sendSetup(Packet.params("multifd-lz4-level", level));
    }

    private String refusal(int pages, int runs, byte[] payload) {
        return assertThrows(MultiFDException.class, () -> new Packet(pages, runs).receivedBy(receiver, payload))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9, 12})
    void shouldSendOneBlockForEachPacket(int level) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            for (int packet = 0; packet < 6; packet++) {
                int pages = packet % 3 == 0 ? 128 : 1 + packet * 15;
                byte[] content = packet % 4 == 3 ? Packet.noise(pages, packet) : Packet.text(pages, packet);
                byte[] payload = new Packet(content, packet % 2 == 0 ? 1 : pages).sentBy(sender);
                assertArrayEquals(content, AircompressorLz4.decode(payload, content.length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 128})
    void shouldReadABlockHoweverThePagesLie(int runs) throws Exception {
        for (int packet = 0; packet < 3; packet++) {
            byte[] content = packet == 1 ? Packet.noise(128, packet) : Packet.text(128, packet);
            Packet received = new Packet(128, runs).receivedBy(receiver, AircompressorLz4.encode(content));
            assertArrayEquals(content, received.content());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 12})
    void shouldFitIncompressiblePagesWithALittleOverhead(int level) throws Exception {
        try (MultiFDSender sender = sender(level)) {
            byte[] content = Packet.noise(128, 1);
            int length = new Packet(content, 1).sentBy(sender).length;
            assertTrue(length < content.length + 2200, () -> length + " bytes");
        }
    }

    @Test
    void shouldMakeLessOfItAtHigherLevels() throws Exception {
        Packet packet = new Packet(Packet.text(128, 1), 1);
        try (MultiFDSender fast = sender(1); MultiFDSender middle = sender(2); MultiFDSender high = sender(12)) {
            int first = packet.sentBy(fast).length;
            int second = packet.sentBy(middle).length;
            int last = packet.sentBy(high).length;
            assertTrue(last < second && second < first, () -> first + ", " + second + ", " + last + " bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "3"})
    void shouldRefuseABlockOfFewerBytes(int runs) {
        byte[] payload = AircompressorLz4.encode(Packet.text(2, 1));
        assertEquals("lz4: the payload of " + payload.length + " bytes decodes to 8192 of 12288 bytes of pages",
                refusal(3, runs, payload));
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void shouldRefuseABlockOfMoreBytes(int runs) {
        byte[] payload = AircompressorLz4.encode(Packet.noise(3, 1));
        String message = refusal(2, runs, payload);
        String expected = "lz4: the payload of " + payload.length + " bytes is not one block of 8192 bytes of pages: ";
        assertEquals(expected, message.substring(0, expected.length()));
    }

    @Test
    void shouldRefuseTrailingBytes() {
        byte[] payload = AircompressorLz4.encode(Packet.text(1, 1));
        String message = refusal(1, 1, Arrays.copyOf(payload, payload.length + 1));
        String expected = "lz4: the payload of " + (payload.length + 1)
                + " bytes is not one block of 4096 bytes of pages: ";
        assertEquals(expected, message.substring(0, expected.length()));
    }

    @Test
    void shouldRefuseATruncatedBlock() {
        byte[] payload = AircompressorLz4.encode(Packet.noise(1, 1));
        assertThrows(MultiFDException.class,
                () -> new Packet(1, 1).receivedBy(receiver, Arrays.copyOf(payload, payload.length - 1)));
    }

    @Test
    void shouldReuseTheBuffersOfClosedChannels() throws Exception {
        PacketBuffers buffers = new PacketBuffers();
        Lz4Sender first = new Lz4Sender(Lz4Codec.load(), 1, buffers, 1 << 19);
        first.close();
        first.close();
        try (Lz4Sender second = new Lz4Sender(Lz4Codec.load(), 1, buffers, 1 << 19);
                Lz4Sender third = new Lz4Sender(Lz4Codec.load(), 1, buffers, 1 << 19)) {
            byte[] one = Packet.text(128, 1);
            byte[] other = Packet.text(128, 2);
            assertArrayEquals(one, AircompressorLz4.decode(new Packet(one, 1).sentBy(second), one.length));
            assertArrayEquals(other, AircompressorLz4.decode(new Packet(other, 1).sentBy(third), other.length));
        }
    }

    @Test
    void shouldDoInJavaWhatItCannotDoNatively() throws Exception {
        UnsatisfiedLinkError missing = new UnsatisfiedLinkError("no\nlibrary");
        Lz4Codec codec = Lz4Codec.load(() -> {
            throw new AssertionError(missing);
        });
        Availability availability = codec.availability();
        assertTrue(availability.usable());
        assertEquals(methods.availability().detail().replace(", native", ", in Java and slower: its native library did "
                + "not load (java.lang.UnsatisfiedLinkError: no library)"), availability.detail());
        assertEquals(missing, availability.cause().getCause());
        try (Lz4Sender javaSender = new Lz4Sender(codec, 1, new PacketBuffers(), 1 << 19);
                Lz4Receiver javaReceiver = new Lz4Receiver(codec, new PacketBuffers(), 1 << 19)) {
            for (byte[] content : new byte[][] {Packet.text(128, 1), Packet.noise(128, 1)}) {
                byte[] payload = new Packet(content, 2).sentBy(javaSender);
                assertArrayEquals(content, AircompressorLz4.decode(payload, content.length));
                assertArrayEquals(content, new Packet(128, 2).receivedBy(javaReceiver, payload).content());
                assertThrows(MultiFDException.class, () -> new Packet(127, 1).receivedBy(javaReceiver, payload));
            }
        }
    }
}
