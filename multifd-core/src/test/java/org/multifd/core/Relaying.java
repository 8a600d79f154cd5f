package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A relay with a thread that relays one migration after another until it is closed. */
public final class Relaying implements AutoCloseable {

    private static final AtomicInteger OPEN = new AtomicInteger();

    /** How one migration ended: figures or an error. */
    public record Outcome(RelayStats stats, MigrationException error) {
    }

    public final Relay relay;
    public final String address;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "relaying");

    public Relaying(MethodRegistry registry, String method, String destination, Object... parameters)
            throws MigrationException {
        this(new Relay(registry, build(method, parameters)), destination);
    }

    private static MigrationParameters build(String method, Object... parameters) {
        MigrationParameters.Builder builder = MigrationParameters.builder().set("multifd-compression", method);
        for (int i = 0; i < parameters.length; i += 2) {
            builder.set(parameters[i].toString(), parameters[i + 1]);
        }
        return builder.build();
    }

    public Relaying(Relay relay, String destination) throws MigrationException {
        this.relay = relay;
        address = relay.listen("tcp:127.0.0.1:0", destination);
        OPEN.incrementAndGet();
        thread.start();
    }

    private void run() {
        while (true) {
            try {
                outcomes.add(new Outcome(relay.relay(), null));
            } catch (MigrationException e) {
                outcomes.add(new Outcome(null, e));
                if (e.kind() == MigrationException.Kind.INTERRUPTED) {
                    return;
                }
            }
        }
    }

    /** Whether a migration has ended that {@link #next} has not given. */
    public boolean hasNext() {
        return !outcomes.isEmpty();
    }

    /** Waits for the next migration's end, whichever. */
    public Outcome next() throws InterruptedException {
        return outcomes.take();
    }

    /** Waits for the next migration's success. */
    public RelayStats relayed() throws InterruptedException, MigrationException {
        Outcome outcome = next();
        if (outcome.error() != null) {
            throw outcome.error();
        }
        assertEquals(MigrationStats.State.COMPLETED, outcome.stats().state());
        return outcome.stats();
    }

    /** Ends the relay; nothing of it is left. */
    @Override
    public void close() {
        relay.cancel();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        relay.close();
        if (OPEN.decrementAndGet() > 0) {
            return;
        }
        List<String> left = new ArrayList<>();
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().startsWith("multifd-relay") || each.getName().equals("multifd-hello")) {
                left.add(each.getName());
            }
        }
        assertEquals(List.of(), left, "threads left");
    }
}
