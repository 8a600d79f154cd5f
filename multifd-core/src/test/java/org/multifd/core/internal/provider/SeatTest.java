package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.core.MigrationException;

class SeatTest {

    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch inPrepare = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private final class Counted extends FakeMethods {

        Counted() {
            super("fake");
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) {
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) {
                    inPrepare.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }
    }

    private Seat seat() throws Exception {
        Providers providers = new Providers();
        providers.register(new Counted());
        FoundProvider provider = providers.serving("fake", Direction.SEND);
        Seat seat = new Seat(MethodUse.inOrder(provider.methods(), "fake", "here",
                providers.values(provider.methods(), Map.of())), () -> "channel 0, packet 7");
        seat.setUpSender(0, 4096);
        return seat;
    }

    @Test
    void shouldCloseOnceHoweverOftenAndFromWhicheverThread() throws Exception {
        Seat seat = seat();
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    seat.close();
                } catch (MigrationException e) {
                    throw new IllegalStateException(e);
                }
            });
            threads[i].start();
        }
        for (Thread each : threads) {
            each.join();
        }
        seat.close();
        assertEquals(1, closed.get());
    }

    @Test
    void shouldGiveUpOnlyACallThatRuns() throws Exception {
        Seat seat = seat();
        assertNull(seat.giveUp(-1), "none runs");
        Thread[] caller = new Thread[1];
        MigrationException[] late = new MigrationException[1];
        caller[0] = new Thread(() -> {
            try {
                seat.encode(null, null);
            } catch (MigrationException e) {
                late[0] = e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        caller[0].start();
        inPrepare.await();
        assertNull(seat.giveUp(Long.MAX_VALUE), "not for so long");
        seat.pause();
        assertNull(seat.giveUp(-1), "core waits for the peer");
        seat.resume();
        assertSame(caller[0], seat.giveUp(-1));
        assertNull(seat.giveUp(-1), "once");
        release.countDown();
        caller[0].join();
        assertEquals(MigrationException.Kind.METHOD, late[0].kind(), "a call that returns too late goes no further");
        seat.close();
        assertEquals(1, closed.get(), "and closes what it owns");
    }
}
