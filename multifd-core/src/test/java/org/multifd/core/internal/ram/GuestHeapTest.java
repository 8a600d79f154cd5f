package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.wire.WireException;

class GuestHeapTest {

    private static final long TIB = 1L << 40;
    private static final long MIB = 1 << 20;

    @Test
    void shouldNameWhatIsNeededWhatThereIsAndTheOption() {
        WireException e = assertThrows(WireException.class,
                () -> GuestHeap.check(7 * TIB / 4096, 4096, GuestHeap.BITS_TO_RECEIVE, 256 * MIB));
        assertEquals("RAM: received a guest of 7696581394432 bytes, whose 1879048192 pages take 448 MiB of heap (2 "
                + "bits each), expected at most half of the heap of 256 MiB; start Java with -Xmx960m or more",
                e.getMessage());
    }

    /** What the documentation says of guests of these sizes. */
    @ParameterizedTest
    @CsvSource({"1, 4096, 2, 192", "1, 4096, 3, 256", "4, 4096, 2, 576", "4, 4096, 3, 832", "12, 16384, 2, 448",
        "12, 16384, 3, 640", "12, 65536, 2, 128"})
    void shouldTakeWhatTheNamedHeapHolds(long tib, int pageSize, int bits, long mib) {
        long pages = tib * TIB / pageSize;
        assertDoesNotThrow(() -> GuestHeap.check(pages, pageSize, bits, mib * MIB * 29 / 30),
                "by the serial collector");
        String message = assertThrows(WireException.class,
                () -> GuestHeap.check(pages, pageSize, bits, 64 * MIB)).getMessage();
        assertEquals(mib, Long.parseLong(message.replaceFirst(".*-Xmx([0-9]+)m or more$", "$1")));
    }

    @Test
    void shouldTakeAnyGuestThatFits() {
        assertDoesNotThrow(() -> GuestHeap.check(0, 4096, 2, MIB));
        assertDoesNotThrow(() -> GuestHeap.check(TIB / 4096, 4096, 2, 128 * MIB));
        assertThrows(WireException.class, () -> GuestHeap.check(TIB / 4096 + 64, 4096, 2, 128 * MIB));
    }
}
