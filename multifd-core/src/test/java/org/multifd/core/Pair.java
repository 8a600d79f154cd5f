package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A source and a destination in this process, each with its own registry and parameters. */
final class Pair implements AutoCloseable {

    MethodRegistry sourceMethods = MethodRegistry.of(new PlainMethod("plain"));
    MethodRegistry destinationMethods = sourceMethods;
    final MigrationParameters.Builder source = MigrationParameters.builder().set("multifd-compression", "plain");
    final MigrationParameters.Builder destination = MigrationParameters.builder();
    final TestGuest guest;
    RamSupplier supplier = RamSupplier.allocating(1 << 30);
    /** The file to receive into, in place of memory. */
    Path snapshot;
    DirtyLog log;
    MigrationSource outgoing;
    MigrationDestination incoming;
    MigrationException sourceError;
    MigrationException destinationError;
    MigrationStats sent;
    boolean interrupted;
    MigrationStats received;
    private CompletableFuture<Void> receiving;

    Pair() {
        this(new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]));
    }

    Pair(TestGuest guest) {
        this.guest = guest;
        this.log = guest.log;
    }

    /** Runs both to their ends. */
    Pair run() throws Exception {
        return run(address -> { });
    }

    /** As {@link #run()}; the hook is called once both exist, before anything moves. */
    Pair run(Consumer<String> ready) throws Exception {
        incoming = snapshot == null ? new MigrationDestination(destinationMethods, destination.build(), supplier)
                : MigrationDestination.intoFile(destinationMethods, destination.build(), snapshot, false);
        String address = incoming.listen("tcp:127.0.0.1:0");
        receiving = CompletableFuture.runAsync(() -> {
            try {
                received = incoming.receive();
            } catch (MigrationException e) {
                destinationError = e;
            }
        }, Pair::start);
        outgoing = new MigrationSource(sourceMethods, source.build(), guest.ram, log, guest);
        ready.accept(address);
        try {
            sent = outgoing.migrate(address);
        } catch (MigrationException e) {
            sourceError = e;
            interrupted = Thread.interrupted();
            if (incoming.stats().elapsedNanos() == 0) {
                incoming.cancel();
            }
        }
        receiving.get();
        return this;
    }

    /** Not the common pool: it may have one thread, which a hook of a test waits for. */
    private static void start(Runnable work) {
        new Thread(work, "destination").start();
    }

    @Override
    public void close() {
        guest.close();
        if (incoming != null) {
            incoming.close();
        }
        assertTrue(noThreadsLeft(), "threads left: " + Thread.getAllStackTraces().keySet());
    }

    private static boolean noThreadsLeft() {
        return Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName()
                .startsWith("multifd-"));
    }

    MigrationDestination listening() {
        incoming = new MigrationDestination(destinationMethods, destination.build(), supplier);
        return incoming;
    }
}
