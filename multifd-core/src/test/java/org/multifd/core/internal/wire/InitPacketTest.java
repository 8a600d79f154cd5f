package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitPacketTest {

    private static final UUID VM = UUID.fromString("11223344-5566-7788-99aa-bbccddeeff00");

    private static final String HEAD = "1122334400000001" + "112233445566778899aabbccddeeff00";

    private static String encoded(InitPacket packet) {
        byte[] bytes = new byte[InitPacket.SIZE + 2];
        Arrays.fill(bytes, (byte) 0xA5);
        ByteBuffer out = ByteBuffer.wrap(bytes).position(1);
        packet.encode(out);
        assertEquals(1 + InitPacket.SIZE, out.position());
        assertEquals((byte) 0xA5, bytes[0]);
        assertEquals((byte) 0xA5, bytes[InitPacket.SIZE + 1]);
        return HexFormat.of().formatHex(bytes, 1, 1 + InitPacket.SIZE);
    }

    private static ByteBuffer raw(String hex) {
        return ByteBuffer.wrap(Arrays.copyOf(HexFormat.of().parseHex(hex), InitPacket.SIZE));
    }

    private static ByteBuffer withName(byte[] name) {
        return raw(HEAD + "05").put(32, name);
    }

    private static String refusal(ByteBuffer bytes) {
        return assertThrows(WireException.class, () -> InitPacket.decode(bytes)).getMessage();
    }

    @Test
    void shouldWriteTheMethodsNamePaddedWithNuls() {
        assertEquals(HEAD + "fe" + "00".repeat(7) + "7a737464"
                + "00".repeat(28), encoded(new InitPacket(VM, 254, "zstd")));
    }

    @Test
    void shouldWriteFormatAndMessageOfAMethodThatIsNotQemus() {
        assertEquals(HEAD + "fe" + "00" + "0001" + "00000000" + "6c7a34" + "00".repeat(29),
                encoded(new InitPacket(VM, 254, "lz4")));
        assertEquals(HEAD + "fe" + "00" + "ffff" + "00000000" + "6c7a34" + "00".repeat(29),
                encoded(new InitPacket(VM, 254, "lz4", 65535)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 65535})
    void shouldReadTheFormat(int format) throws WireException {
        InitPacket packet = new InitPacket(VM, 3, "lz4", format);
        assertEquals(packet, InitPacket.decode(raw(encoded(packet))));
    }

    @Test
    void shouldRefuseFormatVersionZero() {
        assertEquals("init packet of channel 5: received format version 0 of method lz4, expected 1..65535",
                refusal(withName("lz4".getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest
    @CsvSource({"zstd, 1", ", 1", "lz4, 0", "lz4, 65536", "lz4, -1"})
    void shouldRefuseToSendAFormatThatDoesNotGoWithTheName(String name, int format) {
        assertThrows(IllegalArgumentException.class, () -> new InitPacket(VM, 0, name, format));
    }

    @Test
    void shouldWriteWhatQemuWritesWithoutAName() {
        assertEquals("1122334400000001" + "00".repeat(56), encoded(new InitPacket(InitPacket.NO_UUID, 0, null)));
    }

    @ParameterizedTest
    @CsvSource({"0, none", "1, zlib", "254, a", "255, a2345678901234567890123456789-1"})
    void shouldReadWhatItWrote(int channel, String method) throws WireException {
        InitPacket packet = new InitPacket(VM, channel, method);
        ByteBuffer bytes = raw(encoded(packet));
        assertEquals(packet, InitPacket.decode(bytes));
        assertEquals(InitPacket.SIZE, bytes.position());
    }

    /** As both 7.2 and 10.2 send it. */
    @Test
    void shouldReadQemusUnusedFieldAsNoName() throws WireException {
        InitPacket packet = InitPacket.decode(raw(HEAD + "01"));
        assertEquals(VM, packet.uuid());
        assertEquals(1, packet.channel());
        assertNull(packet.method());
    }

    @Test
    void shouldIgnoreTheUnusedBytes() throws WireException {
        ByteBuffer bytes = withName("zlib\0stale".getBytes(StandardCharsets.US_ASCII))
                .put(25, new byte[] {1, 2, 3, 4, 5, 6, 7});
        assertEquals(new InitPacket(VM, 5, "zlib"), InitPacket.decode(bytes));
        assertNull(InitPacket.decode(withName("\0zlib".getBytes(StandardCharsets.US_ASCII))).method());
    }

    @Test
    void shouldReadFromTheBuffersPosition() throws WireException {
        ByteBuffer bytes = ByteBuffer.allocate(100).put(9, raw(HEAD + "07"), 0, InitPacket.SIZE).position(9);
        assertEquals(7, InitPacket.decode(bytes).channel());
        assertEquals(73, bytes.position());
    }

    @Test
    void shouldRefuseAWrongMagic() {
        assertEquals("init packet: received magic 0x5145564d, expected 0x11223344", refusal(raw("5145564d00000001")));
    }

    @ParameterizedTest
    @CsvSource({"00000000, 0", "00000002, 2", "ffffffff, 4294967295"})
    void shouldRefuseAnotherVersion(String version, String text) {
        assertEquals("init packet: received version " + text + ", expected 1", refusal(raw("11223344" + version)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Zstd", "1zstd", "-zstd", "zs td", "zstd_1", "a2345678901234567890123456789012"})
    void shouldRefuseAMethodNameThatIsNone(String name) {
        assertEquals("init packet of channel 5: received method name \"" + name
                + "\", expected 1..31 characters of a-z, 0-9 and -, a letter first",
                refusal(withName(name.getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void shouldEscapeAMethodNameThatIsNone() {
        assertEquals("init packet of channel 5: received method name \"z\\x1b[m\\xff\", expected 1..31 characters of"
                + " a-z, 0-9 and -, a letter first", refusal(withName(new byte[] {'z', 0x1b, '[', 'm', (byte) 0xff})));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Z", "9z", "z\u00e9", "a2345678901234567890123456789012"})
    void shouldRefuseToSendAMethodNameThatIsNone(String name) {
        String message = assertThrows(IllegalArgumentException.class, () -> new InitPacket(VM, 0, name)).getMessage();
        assertEquals("method name: received \"" + name.replace("\u00e9", "\\xc3\\xa9")
                + "\", expected 1..31 characters of a-z, 0-9 and -, a letter first", message);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void shouldRefuseToSendAChannelIdThatDoesNotFit(int channel) {
        assertEquals("channel id: received " + channel + ", expected 0..255",
                assertThrows(IllegalArgumentException.class, () -> new InitPacket(VM, channel, null)).getMessage());
    }
}
