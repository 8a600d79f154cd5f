package org.multifd.core.fault;

import java.util.concurrent.CompletableFuture;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.RamSupplier;
import org.multifd.core.RecordingProxy;
import org.multifd.core.Relay;
import org.multifd.core.capture.Recorded;
import org.multifd.core.capture.Replayer;

/** Migrations of a {@link SteadyGuest} that are made to be recorded. */
final class Recordings {

    private final MethodRegistry methods;

    Recordings(MethodRegistry methods) {
        this.methods = methods;
    }

    /** A migration of ours as it crosses the wire. */
    Recorded ours(String method, int channels) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", method)
                .set("multifd-channels", channels).build();
        SteadyGuest guest = new SteadyGuest(SteadyGuest.newRam());
        try (MigrationDestination destination = new MigrationDestination(methods, parameters,
                RamSupplier.allocating(1 << 24));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<Void> received = received(destination);
            new MigrationSource(methods, parameters, guest.ram, guest, guest).migrate(proxy.address());
            received.get();
            return Recorded.of(method + "-" + channels + "ch", method, proxy.recordings());
        }
    }

    static CompletableFuture<Void> received(MigrationDestination destination) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        new Thread(() -> {
            try {
                destination.receive();
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        }, "fault-destination").start();
        return ended;
    }

    /** What a relay makes of a migration. */
    Recorded relayed(Recorded input, String method) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", method).build();
        MigrationParameters told = MigrationParameters.builder().set("multifd-channels", input.channels.size()).build();
        try (MigrationDestination destination = new MigrationDestination(methods, told,
                RamSupplier.allocating(1 << 24));
                RecordingProxy proxy = new RecordingProxy(destination.listen("tcp:127.0.0.1:0"));
                Relay relay = new Relay(methods, parameters)) {
            CompletableFuture<Void> received = received(destination);
            Replayer replayer = new Replayer(relay.listen("tcp:127.0.0.1:0", proxy.address()),
                    input.connections().stream()
                    .map(bytes -> new Replayer.Connection(bytes, true)).toList(), true);
            relay.relay();
            replayer.awaitClosed();
            received.get();
            return Recorded.of("relayed-" + method, method, proxy.recordings());
        }
    }
}
