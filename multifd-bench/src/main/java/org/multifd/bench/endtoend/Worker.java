package org.multifd.bench.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.data.RamImage;
import org.multifd.bench.method.BenchParams;
import org.multifd.bench.method.MethodLevel;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.Relay;
import org.multifd.core.RelayStats;

/**
 * One end of a migration, in a process of its own. It says {@code ready} with the address it listens at, waits for
 * {@code go} with the address it connects to, says {@code done} with its figures and stays until its input ends, so
 * that what it used can be read off.
 */
final class Worker {

    private static final String ANY_PORT = "tcp:127.0.0.1:0";

    private static final DirtyLog CLEAN = new DirtyLog() {
        @Override
        public void getAndClear(String block, BitSet dirty) {
            // the guest does not run
        }

        @Override
        public void putBack(String block, BitSet pages) {
            // none was taken
        }
    };

    private static final Guest STOPPED = new Guest() {
        @Override
        public void pause() {
            // it is
        }

        @Override
        public void resume() {
            // it never ran
        }
    };

    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final MethodRegistry registry = MethodRegistry.load();
    private final String[] args;

    private Worker(String[] args) {
        this.args = args;
    }

    public static void main(String[] args) throws Exception {
        Worker worker = new Worker(args);
        worker.run();
        while (worker.in.readLine() != null) {
            continue;
        }
    }

    private void run() throws Exception {
        switch (args[0]) {
            case "source" -> source();
            case "destination" -> destination();
            case "receive" -> receive();
            case "send" -> send();
            case "relay" -> relay();
            case "pump-out" -> Pump.out(this, readable(), Integer.parseInt(args[3]), Long.parseLong(args[4]));
            case "pump-in" -> Pump.in(this, writable(Long.parseLong(args[4])), Integer.parseInt(args[3]),
                    Long.parseLong(args[4]));
            case "codec" -> BareCost.measure(this, args[1], MethodLevel.parse(args[2]));
            default -> throw new IllegalArgumentException("received role " + args[0]);
        }
    }

    /** The guest has run: its memory is mapped, as a guest's is. */
    private MappedByteBuffer[] readable() throws IOException {
        MappedByteBuffer[] segments = RamImage.map(Path.of(args[1]), Path.of(args[1]).toFile().length(),
                MapMode.READ_ONLY);
        Arrays.stream(segments).forEach(MappedByteBuffer::load);
        return segments;
    }

    /** Memory that nobody has touched. */
    private MappedByteBuffer[] writable(long bytes) throws IOException {
        return RamImage.map(Path.of(args[1]), bytes, MapMode.READ_WRITE);
    }

    private void source() throws Exception {
        GuestRam ram = GuestRam.builder(GuestImage.PAGE_SIZE).block("pc.ram", readable()).build();
        MigrationSource source = new MigrationSource(registry, parameters(), ram, CLEAN, STOPPED);
        migrate(source, ready(""));
    }

    private void send() throws Exception {
        migrate(MigrationSource.fromFile(registry, parameters(), Path.of(args[1])), ready(""));
    }

    private void migrate(MigrationSource source, String uri) throws Exception {
        Allocation allocation = Allocation.watch("multifd-send-", source::stats);
        long start = System.nanoTime();
        MigrationStats stats = source.migrate(uri);
        done(System.nanoTime() - start, stats.wireBytes(), allocation.perPacket());
    }

    private void destination() throws Exception {
        receive(new MigrationDestination(registry, MigrationParameters.defaults(), (pageSize, blocks) ->
                GuestRam.builder(pageSize).freshBlock("pc.ram", Path.of(args[1]), blocks.get("pc.ram")).build()));
    }

    private void receive() throws Exception {
        receive(MigrationDestination.intoFile(registry, MigrationParameters.defaults(), Path.of(args[1]), true));
    }

    private void receive(MigrationDestination destination) throws Exception {
        try (destination) {
            ready(destination.listen(ANY_PORT));
            Allocation allocation = Allocation.watch("multifd-recv-", destination::stats);
            long start = System.nanoTime();
            MigrationStats stats = destination.receive();
            done(System.nanoTime() - start, stats.wireBytes(), allocation.perPacket());
        }
    }

    /**
     * Where to is known only after where from is: a listener's address comes first, so the destination is an argument.
     */
    private void relay() throws Exception {
        try (Relay relay = new Relay(registry, parameters())) {
            ready(relay.listen(ANY_PORT, args[1]));
            long start = System.nanoTime();
            RelayStats stats = relay.relay();
            done(System.nanoTime() - start, stats.bytesOut(), 0);
        }
    }

    private MigrationParameters parameters() {
        MethodLevel method = MethodLevel.parse(args[2]);
        MigrationParameters.Builder all = MigrationParameters.builder().set("multifd-compression", method.method())
                .set("multifd-channels", args[3]);
        if (method.level() != BenchParams.DEFAULT_LEVEL) {
            all.set("multifd-" + method.method() + "-level", method.level());
        }
        for (int i = 4; i < args.length; i++) {
            all.set(args[i].substring(0, args[i].indexOf('=')), args[i].substring(args[i].indexOf('=') + 1));
        }
        return all.build();
    }

    /** Says so and waits to be told to go; where to. */
    String ready(String address) throws IOException {
        System.out.println("ready " + address);
        String line = in.readLine();
        if (line == null) {
            throw new IOException("nobody waits for this worker any more");
        }
        return line.substring("go ".length());
    }

    /** Without a formatter, whose classes would be charged to the migration. */
    void done(long nanos, long wireBytes, double allocatedPerPacket) {
        System.out.println("done " + nanos * 1e-9 + " " + wireBytes + " " + allocatedPerPacket);
    }
}
