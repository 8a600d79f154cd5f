package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The embedding program's own code may take longer than a peer may be silent, at the end where it runs. */
class SlowProgramTest {

    private static final int TIMEOUT_MILLIS = 1500;

    private final AtomicInteger calls = new AtomicInteger();

    /** The first call outlasts the timeout, and the watchdog's next look. */
    private void outlast() {
        if (calls.getAndIncrement() > 0) {
            return;
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2 * TIMEOUT_MILLIS);
        for (long left; (left = until - System.nanoTime()) > 0;) {
            LockSupport.parkNanos(left);
        }
    }

    private void assertSucceeds(Pair pair) throws Exception {
        pair.run();
        assertNull(pair.sourceError);
        assertNull(pair.destinationError);
        assertTrue(calls.get() > 0, "it was called");
        assertEquals(MigrationStats.State.COMPLETED, pair.sent.state());
    }

    @Test
    void shouldWaitForTheSupplierOfMemory() throws Exception {
        try (Pair pair = new Pair()) {
            pair.destination.set("timeout", TIMEOUT_MILLIS);
            pair.source.set("timeout", TIMEOUT_MILLIS);
            RamSupplier fast = pair.supplier;
            pair.supplier = (int pageSize, Map<String, Long> lengths) -> {
                outlast();
                return fast.supply(pageSize, lengths);
            };
            assertSucceeds(pair);
        }
    }

    @Test
    void shouldWaitForTheDirtyLog() throws Exception {
        try (Pair pair = new Pair()) {
            pair.source.set("timeout", TIMEOUT_MILLIS);
            DirtyLog fast = pair.log;
            pair.log = new DirtyLog() {
                @Override
                public void getAndClear(String block, BitSet dirty) {
                    outlast();
                    fast.getAndClear(block, dirty);
                }

                @Override
                public void putBack(String block, BitSet pages) {
                    fast.putBack(block, pages);
                }
            };
            assertSucceeds(pair);
        }
    }

    @Test
    void shouldWaitForAGuestThatIsToBeSlower() throws Exception {
        DirtyLogTest.AlwaysDirty always = new DirtyLogTest.AlwaysDirty(400);
        TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]) {
            @Override
            public void throttle(int percent) {
                outlast();
                always.pages = 0;
            }
        };
        try (Pair pair = new Pair(guest)) {
            pair.log = always;
            pair.source.set("downtime-limit", 0).set("timeout", TIMEOUT_MILLIS);
            assertSucceeds(pair);
        }
    }
}
