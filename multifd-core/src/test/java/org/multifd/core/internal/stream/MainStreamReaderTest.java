package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.transport.ConnectionPair;

/** Streams as QEMUs send them. */
class MainStreamReaderTest {

    private static final String MACHINE = "pc page size 0 capabilities [] uuid null";

    private static List<String> said(Bytes stream) throws IOException {
        Reading reading = new Reading();
        assertArrayEquals(Bytes.of().tail().array(), reading.read(stream.tail().array()));
        return reading.said;
    }

    @Test
    void shouldReadTheFlushRule() throws IOException {
        assertEquals(List.of(MACHINE, "ram a=8192 b=16384", "sync", "sync", "sync"),
                said(Bytes.stream().ram(true).part().end(true).last().end(true)));
    }

    /** Under the new rule a section can hold no mark, or two; EOS is none. */
    @Test
    void shouldCountFlushesNotSections() throws IOException {
        assertEquals(List.of(MACHINE, "ram a=8192 b=16384", "sync", "sync", "sync"), said(Bytes.stream().ram(true)
                .part().end(false).part().u64(Bytes.FLUSH).u64(Bytes.FLUSH).end(false).last().end(false)));
    }

    @Test
    void shouldReadTheEosRule() throws IOException {
        assertEquals(List.of(MACHINE, "ram a=8192 b=16384", "sync", "zero 1@4096", "sync", "sync"),
                said(Bytes.stream().ram(false)
                .part().u64(4096 | Bytes.ZERO).counted("b").u8(0).end(false).last().end(false)));
    }

    @Test
    void shouldReadPagesAndZeroPages() throws IOException {
        byte[] page = new byte[4096];
        page[0] = 9;
        assertEquals(List.of(MACHINE, "ram a=8192 b=16384", "sync", "zero 1@4096", "zero 1@12288", "page 0@4096 9",
                "page 0@0 9", "zero 0@0", "sync"), said(Bytes.stream().ram(false).last().u64(4096 | Bytes.ZERO)
                .counted("b").u8(0)
                        .u64(12288 | Bytes.ZERO | Bytes.CONTINUE).u8(0).u64(4096 | Bytes.PAGE).counted("a").raw(page)
                        .u64(Bytes.PAGE | Bytes.CONTINUE).raw(page).u64(Bytes.ZERO | Bytes.CONTINUE).u8(0).end(false)));
    }

    /** As QEMU 7.2 does: the block is that of the section before. */
    @Test
    void shouldContinueABlockAcrossSections() throws IOException {
        assertEquals(List.of(MACHINE, "ram a=8192 b=16384", "sync", "zero 1@0", "sync", "zero 1@4096", "sync"),
                said(Bytes.stream().ram(false).part().u64(Bytes.ZERO).counted("b").u8(0).end(false)
                        .last().u64(4096 | Bytes.ZERO | Bytes.CONTINUE).u8(0).end(false)));
    }

    @Test
    void shouldReadCommandsWhereverTheyStand() throws IOException {
        assertEquals(List.of(MACHINE, "open return path", "ping 1", "ram a=8192 b=16384", "sync", "ping -1", "sync"),
                said(Bytes.stream().hex("08 0001 0000").hex("08 0002 0004 00000001").ram(true)
                .hex("08 0002 0004 ffffffff")
                        .part().end(false).hex("08 000b 0000").last().end(true)));
    }

    @Test
    void shouldReadAStreamWithoutConfiguration() throws IOException {
        assertEquals(List.of("ram a=8192 b=16384", "sync", "sync"),
                said(Bytes.of().hex("5145564d 00000003").ram(true).last().end(true)));
    }

    @ParameterizedTest
    @CsvSource({"12, 4096", "14, 16384", "16, 65536"})
    void shouldReadThePageSize(int bits, int bytes) throws IOException {
        Bytes stream = Bytes.stream().subsection("target-page-bits").u32(bits).ramStart().list(2L * bytes).block("a",
                2L * bytes)
                .end(true).last().u64(bytes | Bytes.PAGE).counted("a").raw(new byte[bytes]).end(true);
        assertEquals(List.of("pc page size " + bytes + " capabilities [] uuid null", "ram a=" + 2 * bytes, "sync",
                "page 0@" + bytes + " 0", "sync"), said(stream));
    }

    @Test
    void shouldTakeThePageSizeFromOutsideIfTheStreamDoesNotSay() throws IOException {
        Reading reading = new Reading();
        reading.read(Bytes.stream().ramStart().list(1 << 16).block("a", 1 << 16).end(true).last().u64(Bytes.PAGE)
                .counted("a")
                .raw(new byte[1 << 16]).end(true).tail().array(), 1 << 16);
        assertEquals("page 0@0 0", reading.said.get(3));
    }

    @Test
    void shouldReadCapabilitiesAndUuid() throws IOException {
        assertEquals("pc page size 16384 capabilities [multifd, return-path] uuid 11223344-5566-7788-99aa-bbccddeeff00",
                said(Bytes.stream().subsection("capabilities").u32(2).counted("multifd").counted("return-path")
                        .subsection("target-page-bits").u32(14).subsection("uuid")
                        .hex("112233445566778899aabbccddeeff00")
                        .ramStart().list(1 << 14).block("a", 1 << 14).end(true).last().end(true)).get(0));
    }

    @Test
    void shouldReadAsManyBlocksAsAllowed() throws IOException {
        Bytes stream = Bytes.stream().ramStart().list(4096L * 4096);
        for (int i = 0; i < 4096; i++) {
            stream.block("block" + i, 4096);
        }
        List<String> said = said(stream.end(true).last().u64(Bytes.ZERO).counted("block4095").u8(0).end(true));
        assertEquals("zero 4095@0", said.get(3));
    }

    /** The total of the list is as large as it can be, and each block's length is read as 64 bits. */
    @Test
    void shouldReadBlocksOfAnyLength() throws IOException {
        long most = Long.MAX_VALUE & -4096;
        assertEquals("ram a=" + (most - 4096) + " \u4e16=4096",
                said(Bytes.stream().ramStart().list(most).block("a", most - 4096)
                .block("\u4e16", 4096).end(true).last().end(true)).get(1));
    }

    @Test
    void shouldRefuseWhatFollowsTheStream() {
        Bytes stream = Bytes.stream().ram(true).last().end(true).tail().hex("ff");
        assertEquals("main channel: received 1 bytes or more behind the VM description, expected none",
                Reading.refusal(stream));
    }

    /** It comes byte by byte: no read ever has what is needed at once. */
    @Test
    void shouldReadAStreamThatTrickles() throws Exception {
        byte[] stream = Bytes.stream().subsection("uuid").u64(1).u64(2).hex("08 0002 0004 00000001").ram(false).part()
                .u64(Bytes.ZERO).counted("b").u8(0).end(false).last().end(false).tail().array();
        Reading reading = new Reading();
        try (ConnectionPair pair = new ConnectionPair()) {
            Thread peer = new Thread(() -> {
                for (int i = 4; i < stream.length; i++) {
                    try {
                        pair.send(new byte[] {stream[i]});
                    } catch (IOException e) {
                        pair.far.close();
                    }
                }
            });
            peer.start();
            byte[] tail = new MainStreamReader(pair.near, 4096, Reading.TAIL_LIMIT, reading).read();
            peer.join();
            assertArrayEquals(Bytes.of().tail().array(), tail);
        }
        assertEquals("pc page size 0 capabilities [] uuid 00000000-0000-0001-0000-000000000002", reading.said.get(0));
        assertEquals(7, reading.said.size());
    }
}
