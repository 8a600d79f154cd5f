package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** Once running, a channel allocates nothing per packet, on either side. */
class AllocationTest {

    private static final int WARM_UP = 600;
    private static final int MEASURED = 400;
    private static final int WINDOWS = 5;

    /**
     * Notes what its channel's thread allocates in each of some windows of packets. An object per packet is in all of
     * them; what happens once (a class is loaded, a table is made) is in one. So the result is the least of them.
     */
    private static final class Meter {

        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final AtomicLong result = new AtomicLong(-1);
        private int packets;
        private long start;
        private long least = Long.MAX_VALUE;

        void packet() {
            packets++;
            int measured = packets - WARM_UP;
            if (measured < 0 || measured % MEASURED != 0) {
                return;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes();
            if (measured > 0) {
                least = Math.min(least, allocated - start);
            }
            start = allocated;
            if (measured == MEASURED * WINDOWS) {
                result.set(least);
            }
        }
    }

    private static final class Metered extends PlainMethod {

        private final Meter sending = new Meter();
        private final Meter receiving = new Meter();

        Metered(String name) {
            super(name);
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            MultiFDSender sender = super.sendSetup(params);
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                    sending.packet();
                    sender.prepare(pages, out);
                }

                @Override
                public void close() {
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            MultiFDReceiver receiver = super.recvSetup(params);
            return new MultiFDReceiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    receiving.packet();
                    receiver.recv(pages, in);
                }

                @Override
                public void close() {
                }
            };
        }
    }

    /**
     * The smallest object has 16 bytes; what a round's end may cost, a wait in the barrier, spreads over its 32
     * packets.
     */
    private static void assertNoObjectPerPacket(long bytes, String what) {
        assertTrue(bytes >= 0 && bytes < 16L * MEASURED, bytes + " bytes for " + MEASURED + " packets " + what);
    }

    @ParameterizedTest(name = "into a file: {0}")
    @ValueSource(booleans = {false, true})
    void shouldAllocateNothingPerPacket(boolean file, @TempDir Path directory) throws Exception {
        Metered method = new Metered("plain");
        assumeTrue(method.sending.threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocation");
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 16 << 20), 3, new byte[0]))) {
            pair.snapshot = file ? directory.resolve("guest.snap") : null;
            pair.sourceMethods = MethodRegistry.of(method);
            pair.destinationMethods = pair.sourceMethods;
            pair.source.set("multifd-channels", 1).set("downtime-limit", 0);
            pair.destination.set("multifd-channels", 1);
            pair.log = allAgainUntil(method);
            pair.run();
            assertNull(pair.sourceError);
            assertNoObjectPerPacket(method.sending.result.get(), "sent");
            assertNoObjectPerPacket(method.receiving.result.get(), "received");
        }
    }

    /** Everything is dirty again until enough packets were measured. */
    private static DirtyLog allAgainUntil(Metered method) {
        return new DirtyLog() {
            @Override
            public void getAndClear(String block, BitSet dirty) {
                if (method.receiving.result.get() < 0) {
                    dirty.set(0, 4096);
                }
            }

            @Override
            public void putBack(String block, BitSet pages) {
            }
        };
    }

    @ParameterizedTest(name = "to {0}")
    @ValueSource(strings = {"plain", "other"})
    void shouldAllocateNothingPerRelayedPacket(String outgoing) throws Exception {
        Metered method = new Metered("plain");
        Metered other = new Metered("other");
        assumeTrue(method.sending.threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocation");
        MethodRegistry ends = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", 1)
                .set("multifd-compression", "plain")
                .set("downtime-limit", 0).build();
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 16 << 20), 3, new byte[0]);
                MigrationDestination destination = new MigrationDestination(ends, MigrationParameters.defaults(),
                        RamSupplier.allocating(1 << 30));
                Relaying relaying = new Relaying(MethodRegistry.of(method, other), outgoing,
                        destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(ends, parameters, guest.ram, allAgainUntil(method), guest).migrate(relaying.address);
            received.get();
            relaying.relayed();
            if (outgoing.equals("other")) { // the same method's payloads are passed on
                assertNoObjectPerPacket(other.sending.result.get(), "sent");
            }
            assertNoObjectPerPacket(method.receiving.result.get(), "received");
        }
    }
}
