package org.multifd.core.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;
import org.multifd.core.Relay;
import org.multifd.core.capture.Recorded;
import org.multifd.core.capture.Replayer;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** One case run to its end: who failed with what, and what the destination has. */
final class Trial implements AutoCloseable {

    private static final int LOOK_MILLIS = 2;
    private static final byte OLD = (byte) 0xA5;
    private static final int CHUNK = 1 << 20;

    private final FaultCase one;
    private final Setting setting;
    private final MethodRegistry methods;
    private final GuestRam ram;
    private final Path directory;
    private final int timeout;
    /** Of the source or the relay; null if it ended well, or there is none. */
    MigrationException senderError;
    MigrationException destinationError;
    final List<String> faults = new ArrayList<>();
    byte[] deviceState;
    /** Whether the destination or the relay was, as nothing of the migration had come to it. */
    boolean cancelled;
    /** Whether the fault happened: which of a relay's channels connects first may be another one than was recorded. */
    boolean struck = true;
    private SteadyGuest guest;
    private Path file;

    /** @param ram what the destination writes, in the shape of the setting's guest */
    Trial(FaultCase one, MethodRegistry methods, GuestRam ram, Path directory) {
        this.one = one;
        this.setting = one.setting();
        this.methods = methods;
        this.ram = ram;
        this.directory = directory;
        this.timeout = one.timeoutMillis();
    }

    /** RAM for a guest of this shape. */
    static GuestRam ramFor(Recorded recorded) {
        GuestRam.Builder ram = GuestRam.builder(SteadyGuest.PAGE);
        recorded.guest.ram.forEach((name, bytes) -> ram.block(name, ByteBuffer.allocateDirect(bytes.length)));
        return ram.build();
    }

    /** Every byte has something: what arrives as zero must be cleared. */
    private void fill() {
        ByteBuffer old = ByteBuffer.allocate(CHUNK);
        Arrays.fill(old.array(), OLD);
        for (String block : ram.blocks()) {
            for (long at = 0; at < ram.length(block); at += CHUNK) {
                ram.write(block, at, old.clear().limit((int) Math.min(CHUNK, ram.length(block) - at)));
            }
        }
    }

    private MigrationParameters parameters(boolean channels) {
        MigrationParameters.Builder builder = MigrationParameters.builder().set("timeout", timeout);
        if (setting.method() != null) {
            builder.set("multifd-compression", setting.method());
        }
        if (channels) {
            builder.set("multifd-channels", setting.link().channels.size());
        }
        return builder.build();
    }

    /**
     * A destination need not be told the number of channels; half of them are. With a proxy between, main can be ahead
     * of the channels' connections, which only a destination that knows how many to expect can wait for.
     */
    private MigrationParameters destinationParameters() {
        MigrationParameters.Builder builder = MigrationParameters.builder().set("timeout", timeout);
        boolean behindProxy = setting.role() == Setting.Role.RELAY_OUT;
        if (behindProxy || (one.fault() == null ? one.order() : List.of(one.fault().from())).hashCode() % 2 == 0) {
            builder.set("multifd-channels", setting.link().channels.size());
        }
        return builder.build();
    }

    Trial run() throws Exception {
        if (setting.role() == Setting.Role.FILE) {
            file = directory.resolve("guest.snap");
        } else {
            fill();
        }
        try (MigrationDestination destination = file == null
                ? new MigrationDestination(methods, destinationParameters(), RamSupplier.into(ram))
                : MigrationDestination.intoFile(methods, destinationParameters(), file, false)) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<Void> receiving = start(() -> receive(destination), "fault-destination");
            switch (setting.role()) {
                case DESTINATION, FILE -> play(address, one);
                case SOURCE -> send(address);
                case RELAY_IN -> relay(address, one, null);
                default -> relay(address, null, one.fault());
            }
            while (!receiving.isDone()) {
                if (senderError != null && destination.stats().elapsedNanos() == 0) {
                    cancelled = true;
                    // nothing of it got that far: a destination waits for its first connection without limit
                    destination.cancel();
                }
                Thread.sleep(LOOK_MILLIS);
            }
            receiving.get();
            deviceState = destination.deviceState();
        }
        return this;
    }

    /** Work that may throw anything. */
    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> start(Work work, String name) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                ended.complete(null);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    private void receive(MigrationDestination destination) {
        try {
            destination.receive();
        } catch (MigrationException e) {
            destinationError = e;
        }
    }

    /** The recording, as it was if {@code changed} is null. */
    private void play(String address, FaultCase changed) throws IOException, InterruptedException {
        List<byte[]> bytes = changed == null ? setting.input().connections() : setting.connections();
        List<Replayer.Connection> connections = new ArrayList<>();
        for (int i = 0; i < bytes.size(); i++) {
            Fault fault = changed == null ? null : changed.fault();
            connections.add(new Replayer.Connection(bytes.get(i), true,
                    fault != null && fault.connection() == i ? fault : null));
        }
        boolean ordered = changed != null && changed.order() != null;
        if (ordered) {
            connections = changed.order().stream().map(connections::get).toList();
        }
        List<String> open = new Replayer(address, connections, !ordered).awaitClosed();
        if (!open.isEmpty()) {
            faults.add("connections left open: " + open);
        }
    }

    private void send(String address) throws Exception {
        guest = new SteadyGuest(SteadyGuest.newRam());
        try (FaultProxy proxy = new FaultProxy(address, one.fault())) {
            new MigrationSource(methods, parameters(true), guest.ram, guest, guest).migrate(proxy.address());
            struck = proxy.struck();
        } catch (MigrationException e) {
            senderError = e;
        }
    }

    private void relay(String address, FaultCase in, Fault out) throws Exception {
        try (FaultProxy proxy = new FaultProxy(address, out); Relay relay = new Relay(methods, parameters(false))) {
            String from = relay.listen("tcp:127.0.0.1:0", out == null ? address : proxy.address());
            CompletableFuture<Void> relaying = start(() -> relay(relay), "fault-relay");
            play(from, in);
            if (relay.stats().state() == MigrationStats.State.SETUP && relay.stats().elapsedNanos() == 0) {
                cancelled = true;
                relay.cancel(); // no main channel came: it waits for one without limit
            }
            relaying.get();
            struck = out == null || proxy.struck();
        }
    }

    private void relay(Relay relay) {
        try {
            relay.relay();
        } catch (MigrationException e) {
            senderError = e;
        }
    }

    boolean received() {
        return destinationError == null;
    }

    /** What a failed migration leaves to its caller: no file; a guest that runs and can migrate again, complete. */
    void checkAftermath() throws Exception {
        if (file != null) {
            List<Path> expected = received() ? List.of(file) : List.of();
            try (Stream<Path> list = Files.list(directory)) {
                List<Path> files = list.toList();
                if (!files.equals(expected)) {
                    faults.add("received files " + files + ", expected " + expected);
                }
            }
        }
        if (guest != null && senderError != null) {
            boolean unknown = senderError.kind() == MigrationException.Kind.UNKNOWN;
            if (guest.runs() == unknown) {
                faults.add(unknown ? "the guest runs, although it may run at the destination"
                        : "the guest was paused and not resumed");
            }
            if (unknown) {
                guest.resume(); // as a user does who has looked at the destination
            }
            if (!guest.missingMarks().isEmpty()) {
                faults.add("dirty marks that did not come back: " + guest.missingMarks());
            }
            migrateAgain();
        }
    }

    private void migrateAgain() throws Exception {
        fill();
        MigrationParameters patient = MigrationParameters.builder().set("multifd-compression", setting.method())
                .build();
        try (MigrationDestination next = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.into(ram))) {
            String address = next.listen("tcp:127.0.0.1:0");
            CompletableFuture<Void> receiving = start(next::receive, "fault-destination");
            new MigrationSource(methods, patient, guest.ram, guest, guest).migrate(address);
            receiving.get();
        }
        for (String block : ram.blocks()) {
            if (!Arrays.equals(Side.bytes(guest.ram, block), Side.bytes(ram, block))) {
                faults.add("the migration after it: " + block + " differs");
            }
        }
    }

    /** The first page that differs from what was sent, of each block; empty if there is none. */
    List<String> differences() throws IOException {
        List<String> differing = new ArrayList<>();
        for (String block : setting.link().guest.ram.keySet()) {
            int at = Arrays.mismatch(sent(block), held(block));
            if (at >= 0) {
                differing.add(String.format("%s from 0x%x on", block, at));
            }
        }
        return differing;
    }

    private byte[] sent(String block) {
        return guest != null ? Side.bytes(guest.ram, block) : setting.link().guest.ram.get(block);
    }

    /** What the destination holds of a block. */
    byte[] held(String block) throws IOException {
        if (file == null) {
            return Side.bytes(ram, block);
        }
        try (PlainSnapshot snapshot = new PlainSnapshot(file)) {
            return snapshot.ram(block);
        }
    }

    /** What a page has that nothing came for. */
    byte untouched() {
        return file == null ? OLD : 0;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
