package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What is known of the counter guest at every instant of its life. */
final class CounterGuest {

    private static final int COUNTER = 0x7e00;
    private static final int FIRST_PAGE = 0x100000;
    private static final int PAGES = 64;
    private static final int PAGE = 4096;

    private CounterGuest() {
    }

    /** How many passes it has made. */
    static long passes(byte[] image) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(COUNTER));
    }

    /** Byte 0 of the pages is v, ..., v, v-1, ..., v-1. */
    static void assertConsistent(byte[] image) {
        int steps = 0;
        for (int i = 1; i < PAGES; i++) {
            int behind = (byte) (image[FIRST_PAGE + (i - 1) * PAGE] - image[FIRST_PAGE + i * PAGE]);
            assertTrue(behind == 0 || behind == 1, "page " + i + " is " + behind + " passes behind the one before");
            steps += behind;
        }
        assertTrue(steps <= 1, steps + " steps");
    }

    /** It was moved and runs again: it prints numbers that follow where it was, and its RAM is consistent. */
    static void assertGoesOn(Qemu qemu, long passes) throws IOException {
        qemu.serialLine(); // the rest of what it was printing
        long first = Long.parseLong(qemu.serialLine(), 16);
        long second = Long.parseLong(qemu.serialLine(), 16);
        long step = second - first;
        assertTrue(step > 0 && first > passes && first <= passes + 3 * step,
                "was at " + passes + " passes, went on with " + first + " and " + second);
        qemu.execute("stop", "{}");
        byte[] image = qemu.ram();
        assertConsistent(image);
        assertTrue(passes(image) >= second, passes(image) + " passes in RAM");
    }
}
