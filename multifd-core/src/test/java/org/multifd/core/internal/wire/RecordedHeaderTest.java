package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers as stock QEMUs sent them. */
class RecordedHeaderTest {

    private static final BlockTable BLOCKS =
            new RawHeader.Blocks("pc.ram", 16777216L, "/rom@etc/acpi/tables", 131072L, "pc.bios",
            262144L, "pc.rom", 131072L, "/rom@etc/table-loader", 4096L, "/rom@etc/acpi/rsdp", 4096L);

    private static final Map<String, byte[]> RECORDED = new HashMap<>();

    /** Lines of a name, a colon and hex digits; trailing zeros are left out. */
    @BeforeAll
    static void read() throws IOException {
        InputStream file = RecordedHeaderTest.class.getResourceAsStream("recorded-headers.txt");
        assertNotNull(file);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
            for (String line; (line = lines.readLine()) != null;) {
                if (!line.startsWith("#")) {
                    int colon = line.indexOf(": ");
                    RECORDED.put(line.substring(0, colon), HexFormat.of().parseHex(line.substring(colon + 2)));
                }
            }
        }
    }

    private static PacketHeader decode(String name) throws WireException {
        PacketHeader header = new PacketHeader(4096);
        header.decode(ByteBuffer.wrap(Arrays.copyOf(RECORDED.get(name), 1344)), BLOCKS);
        return header;
    }

    @ParameterizedTest
    @CsvSource({"7.2 init, 1", "10.2 init, 0"})
    void shouldReadTheInitPacket(String name, int channel) throws WireException {
        byte[] bytes = Arrays.copyOf(RECORDED.get(name), InitPacket.SIZE);
        InitPacket packet = InitPacket.decode(ByteBuffer.wrap(bytes));
        assertEquals("11223344-5566-7788-99aa-bbccddeeff00", packet.uuid().toString());
        assertEquals(channel, packet.channel());
        assertNull(packet.method());
        byte[] written = new byte[InitPacket.SIZE];
        packet.encode(ByteBuffer.wrap(written));
        assertArrayEquals(bytes, written);
    }

    @ParameterizedTest
    @CsvSource({"10.2 mixed, 4, 2, 126, 710, 2, 0, 0x6000, 0x3000",
            "10.2 all zero, 4, 0, 128, 0, 3, 0x101000, 0x102000, 0x103000",
        "7.2 pages, 4, 128, 0, 163943, 5, 0x360000, 0x361000, 0x362000"})
    void shouldReadAPagePacket(String name, int flags, int normal, int zero, int payload, long num, String first,
    String second,
            String third) throws WireException {
        PacketHeader header = decode(name);
        assertEquals(flags, header.flags);
        assertEquals(normal, header.normalPages);
        assertEquals(zero, header.zeroPages);
        assertEquals(payload, header.payloadLength);
        assertEquals(num, header.packetNum);
        assertEquals(0, header.block);
        assertArrayEquals(new long[] {Long.decode(first), Long.decode(second), Long.decode(third)},
                Arrays.copyOf(header.offsets, 3));
    }

    @ParameterizedTest
    @CsvSource({"10.2 mixed, pc.ram", "10.2 all zero, pc.ram", "10.2 sync, ''", "7.2 pages, pc.ram"})
    void shouldWriteTheSameBytes(String name, String block) throws WireException {
        PacketHeader header = decode(name);
        ByteBuffer out = ByteBuffer.allocate(1344);
        header.encode(out, header.pages() == 0 ? null : PacketHeader.blockName(block));
        assertArrayEquals(Arrays.copyOf(RECORDED.get(name), 1344), out.array());
    }

    @Test
    void shouldReadASyncPacketWithoutPageCount() throws WireException {
        PacketHeader header = decode("10.2 sync");
        assertTrue(header.sync());
        assertEquals(0, header.pages());
    }

    @Test
    void shouldReadASyncThatRidesOnAPage() throws WireException {
        PacketHeader header = decode("7.2 sync on a page");
        assertEquals(0x05, header.flags);
        assertEquals(1, header.normalPages);
        assertEquals(29, header.payloadLength);
        assertEquals(5, header.block);
        assertEquals(0, header.offsets[0]);
    }

    @ParameterizedTest
    @CsvSource({"7.2 stale and empty, 0", "7.2 stale sync, 1"})
    void shouldTakeNothingFromAStalePacket(String name, int flags) throws WireException {
        byte[] bytes = RECORDED.get(name);
        assertEquals(29, ByteBuffer.wrap(bytes).getInt(RawHeader.PAYLOAD));
        PacketHeader header = decode(name);
        assertEquals(flags, header.flags);
        assertEquals(0, header.pages());
        assertEquals(0, header.payloadLength);
    }
}
