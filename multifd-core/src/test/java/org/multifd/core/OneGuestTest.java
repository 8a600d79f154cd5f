package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.incoming.IncomingMemory;
import org.multifd.core.internal.incoming.IncomingRam;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;

/** Whatever comes at the very end: both ends agree on where the guest lives. */
class OneGuestTest {

    /** Memory that is complete only after a while, in which something happens. */
    private static final class Slow implements IncomingRam {

        private final IncomingMemory memory = new IncomingMemory(
                (pageSize, lengths) -> RamSupplier.allocating(1 << 30).supply(pageSize, lengths).ramBlocks());
        private Runnable meanwhile = () -> { };
        private boolean abandoned;

        @Override
        public void prepare(Seats seats) {
        }

        @Override
        public void confirmed() {
        }

        @Override
        public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException {
            return memory.open(configuration, pageSize, lengths);
        }

        @Override
        public PageTarget target() {
            return memory.target();
        }

        @Override
        public ReceivedPages received() {
            return memory.received();
        }

        @Override
        public void complete(RamSections sections, byte[] tail) throws IOException {
            memory.complete(sections, tail);
            meanwhile.run();
        }

        @Override
        public void abandon() {
            abandoned = true;
        }
    }

    private final Slow ram = new Slow();
    private final TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]);
    private MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
    private MigrationSource source;
    private MigrationDestination destination;
    private MigrationException sourceError;
    private MigrationException destinationError;

    private void run() throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain").build();
        destination = new MigrationDestination(methods, parameters, ram);
        String address = destination.listen("tcp:127.0.0.1:0");
        source = new MigrationSource(methods, parameters, guest.ram, guest.log, guest);
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(() -> {
            try {
                destination.receive();
            } catch (MigrationException e) {
                destinationError = e;
            }
        });
        try {
            source.migrate(address);
        } catch (MigrationException e) {
            sourceError = e;
        }
        receiving.get();
    }

    /** A disk may sync for longer than a source waits in silence: the source sees PONGs meanwhile. */
    @Test
    void shouldShowThatItLivesWhileItCompletes() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        ram.meanwhile = () -> {
            try {
                seen.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 1).set("timeout", 2000)
                .build();
        try (MigrationDestination slow = new MigrationDestination(methods, parameters, ram);
                HandSource hand = new HandSource(slow.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(slow);
            hand.main(true).channel().list(1 << 20).sync(false).sync(false).last()
                    .tail(HexFormat.of().parseHex("0006" + "00000002" + "7b7d"));
            assertEquals("0002000400000001", HexFormat.of().formatHex(hand.answer(8)), "its first ping is answered");
            for (int i = 0; i < 5; i++) {
                assertEquals("0002000400000000", HexFormat.of().formatHex(hand.answer(8)));
            }
            seen.countDown();
            String last;
            do {
                last = HexFormat.of().formatHex(hand.answer(8));
            } while (last.equals("0002000400000000"));
            assertEquals("0001000400000000", last, "SHUT");
            received.get();
        }
    }

    @Test
    void shouldStayAtTheSourceWhenTheDestinationIsCancelledBeforeItConfirms() throws Exception {
        ram.meanwhile = () -> destination.cancel();
        run();
        assertEquals("migration cancelled", String.valueOf(destinationError == null ? null
                : destinationError.getMessage()));
        assertEquals("the destination failed: migration cancelled", sourceError.getMessage());
        assertTrue(guest.resumed());
        assertTrue(ram.abandoned);
    }

    @Test
    void shouldLiveAtTheDestinationWhenTheSourceIsCancelledAfterAllWasSent() throws Exception {
        ram.meanwhile = () -> {
            source.cancel();
            // As long as a source that did not wait for the destination's word would need to fail.
            long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(4 * Watchdog.GRACE_MILLIS);
            while (source.stats().state() == MigrationStats.State.ACTIVE && System.nanoTime() - giveUp < 0) {
                Thread.onSpinWait();
            }
        };
        run();
        assertNull(sourceError);
        assertNull(destinationError);
        assertFalse(guest.resumed());
    }

    @Test
    void shouldLiveAtTheDestinationWhenItIsCancelledAfterItHasConfirmed() throws Exception {
        methods = MethodRegistry.of(new PlainMethod("plain") {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                MultiFDReceiver plain = super.recvSetup(params);
                return new MultiFDReceiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                        plain.recv(pages, in);
                    }

                    @Override
                    public void close() {
                        destination.cancel();
                    }
                };
            }
        });
        run();
        assertNull(destinationError);
        assertNull(sourceError);
        assertFalse(ram.abandoned);
    }
}
