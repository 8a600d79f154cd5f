package org.multifd.core.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/**
 * A migration is cancelled, at its source or its destination, where a seed says: it is then complete at both ends or at
 * none, and the next one, to another destination, is complete.
 */
@Timeout(600)
class CancelTest {

    private static final boolean ALL = "all".equals(System.getProperty("multifd.faults"));
    private static final int CANCELS = ALL ? 200 : 16;
    private static final int BYTES_PER_SECOND = 8_000_000;
    private static final long NORMAL_PAGES = 430;

    private final MethodRegistry methods = MethodRegistry.load();
    private long longestNanos;
    private int cancelled;

    @Test
    void shouldLeaveAGuestThatCanMigrateAgain() throws Exception {
        for (int seed = 0; seed < CANCELS; seed++) {
            SteadyGuest guest = new SteadyGuest(SteadyGuest.newRam());
            if (cancel(guest, seed)) {
                cancelled++;
                assertTrue(guest.runs(), "seed " + seed + ": the guest was paused and not resumed");
                assertEquals(Map.of(), guest.missingMarks(), "seed " + seed + ": dirty marks that did not come back");
                GuestRam memory = SteadyGuest.newRam();
                try (MigrationDestination another = destination(memory)) {
                    String address = another.listen("tcp:127.0.0.1:0");
                    CompletableFuture<Void> received = Recordings.received(another);
                    source(guest, 0).migrate(address);
                    received.get();
                }
                assertSame(guest.ram, memory, "seed " + seed);
            }
            assertEquals(List.of(), Leftovers.threads());
        }
        Files.writeString(Files.createDirectories(Path.of("target", "faults")).resolve("cancel.txt"), String.format(
                "%d cancelled, %d of them in time; %d ms at most until the call had returned%n", CANCELS, cancelled,
                TimeUnit.NANOSECONDS.toMillis(longestNanos)));
        assertTrue(cancelled > CANCELS / 2, cancelled + " of " + CANCELS);
    }

    private MigrationDestination destination(GuestRam memory) {
        return new MigrationDestination(methods, MigrationParameters.defaults(), RamSupplier.into(memory));
    }

    private MigrationSource source(SteadyGuest guest, long bandwidth) {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "none")
                .set("max-bandwidth", bandwidth).build();
        return new MigrationSource(methods, parameters, guest.ram, guest, guest);
    }

    /** Whether it was in time. */
    private boolean cancel(SteadyGuest guest, int seed) throws Exception {
        long pages = new SplittableRandom(seed).nextLong(-20, NORMAL_PAGES + 20);
        boolean atSource = seed % 2 == 0;
        GuestRam memory = SteadyGuest.newRam();
        try (MigrationDestination destination = destination(memory)) {
            MigrationSource source = source(guest, BYTES_PER_SECOND);
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationException> received = Side.start(() -> destination.receive());
            CompletableFuture<MigrationException> sent = Side.start(() -> source.migrate(address));
            while (!sent.isDone() && source.stats().normalPages() < pages) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
            }
            long called = System.nanoTime();
            if (atSource) {
                source.cancel();
            } else {
                destination.cancel();
            }
            MigrationException sourceError = sent.get();
            if (sourceError != null && destination.stats().elapsedNanos() == 0) {
                destination.cancel(); // it waits for its first connection without limit
            }
            MigrationException destinationError = received.get();
            longestNanos = Math.max(longestNanos, System.nanoTime() - called);
            if (sourceError == null) {
                assertEquals(null, destinationError, "seed " + seed + ": complete at one end");
                assertSame(guest.ram, memory, "seed " + seed);
                assertEquals(MigrationStats.State.COMPLETED, destination.stats().state());
                return false;
            }
            assertTrue(destinationError != null, "seed " + seed + ": complete at one end: " + sourceError);
            MigrationException own = atSource ? sourceError : destinationError;
            assertEquals(Kind.INTERRUPTED, own.kind(), own.getMessage());
            return true;
        }
    }

    private static void assertSame(GuestRam expected, GuestRam actual, String what) {
        for (String block : expected.blocks()) {
            assertArrayEquals(Side.bytes(expected, block), Side.bytes(actual, block), what + ": " + block);
        }
    }
}
