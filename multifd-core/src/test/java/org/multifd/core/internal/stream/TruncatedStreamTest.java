package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The source dies somewhere: whatever byte was the last, the reader says where it was and what was missing. */
class TruncatedStreamTest {

    @Test
    void shouldSayWhereTheStreamEnded() {
        byte[] stream = Bytes.stream().subsection("target-page-bits").u32(12).subsection("capabilities").u32(1)
                .counted("multifd")
                .subsection("uuid").u64(1).u64(2).hex("08 0001 0000").hex("08 0002 0004 00000001").ram(true).part()
                .u64(Bytes.ZERO).counted("b").u8(0).u64(Bytes.PAGE).counted("a").raw(new byte[4096]).end(true)
                .last().end(true).tail().array();
        for (int length = 4; length < stream.length; length += length > 400 && length < 4300 ? 97 : 1) {
            byte[] cut = Arrays.copyOf(stream, length);
            EOFException error = assertThrows(EOFException.class, () -> new Reading().read(cut), "cut at " + length);
            assertTrue(error.getMessage().matches("connection closed by the peer at byte " + length
                    + ": received [0-9]+ bytes of [a-zA-Z' ]+, expected .*"), error.getMessage());
        }
    }

    private static void assertEnd(String message, Bytes stream) {
        assertEquals(message, assertThrows(IOException.class, () -> new Reading().read(stream.array())).getMessage());
    }

    @Test
    void shouldSayWhatWasMissing() {
        assertEnd("connection closed by the peer at byte 6: received 2 bytes of the main stream's version, expected 4",
                Bytes.of().hex("5145564d 0000"));
        assertEnd("connection closed by the peer at byte 14: received 1 bytes of the machine type, expected 2",
                Bytes.of().hex("5145564d 00000003 07 00000002 70"));
        assertEnd("connection closed by the peer at byte 15: received 0 bytes of a section type, expected 1",
                Bytes.stream());
        assertEnd("connection closed by the peer at byte 89: received 3 bytes of a RAM record, expected 8",
                Bytes.stream().ram(true).part().hex("000000"));
        assertEnd("connection closed by the peer at byte 196: received 100 bytes of a page, expected 4096",
                Bytes.stream().ram(true).part().u64(Bytes.PAGE).counted("a").raw(new byte[100]));
        assertEnd("connection closed by the peer at byte 111: received 12 bytes of device state, expected a VM "
                + "description (JSON) at its end", Bytes.stream().ram(true).last().u64(0x10).hex("7e 00000002")
                .hex("04 00000009").counted("timer").u8(0));
    }
}
