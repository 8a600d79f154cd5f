package org.multifd.core.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.Eventually;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.RamSupplier;
import org.multifd.core.Relay;
import org.multifd.core.internal.wire.InitPacket;

/**
 * Many small migrations in one JVM, by all methods and with all kinds of ends: nothing grows. 60 of them, and 1,000
 * with {@code -Dmultifd.faults=all}.
 */
@Timeout(1200)
class SoakTest {

    private static final boolean ALL = "all".equals(System.getProperty("multifd.faults"));
    private static final int MIGRATIONS = ALL ? 1000 : 60;
    private static final int CONCURRENT = ALL ? 50 : 12;
    /** Two of each method and end: classes, and what a provider keeps for its next channels. */
    private static final int WARM_UP = 2 * CountedMethods.NAMES.size() * End.values().length;
    private static final long HEAP_MARGIN = 4 << 20;
    /** A provider may keep some buffers for its next channels: lz4's are 16 of 512 KiB. */
    private static final long KEPT = 8 << 20;
    /** Of VmRSS, from the first quarter to the end: the heap's and malloc's own ups and downs are some 150 MiB. */
    private static final long RESIDENT_MARGIN_MEBIBYTES = 300;
    /** Bytes per second: seconds for this guest, however busy the machine is. */
    private static final int SLOW = 100_000;
    /** Of SYNCs, which every channel carries, however many pages the others have taken. */
    private static final int LEAST_BYTES = 2000;
    private static final int COLLECTIONS = 500;
    private static final Path STATUS = Path.of("/proc/self/status");

    /** How a migration ends. */
    private enum End {
        COMPLETED, INTO_A_FILE, RELAYED, CUT, CANCELLED_BY_SOURCE, CANCELLED_BY_DESTINATION, REFUSED
    }

    @TempDir
    Path directory;

    private final MethodRegistry methods;
    /** Of each migration the source's and the destination's. */
    private final List<WeakReference<GuestRam>> memories = new ArrayList<>();

    SoakTest() throws Exception {
        methods = CountedMethods.registry();
    }

    @Test
    void shouldNotGrow() throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            migrate(i);
        }
        Leftovers before = Leftovers.now();
        long heapBefore = heap();
        long started = System.nanoTime();
        Map<End, Integer> ends = new EnumMap<>(End.class);
        List<Long> resident = new ArrayList<>();
        for (int i = 0; i < MIGRATIONS; i++) {
            if (i % (MIGRATIONS / 4) == 0) {
                heap();
                resident.add(resident() >> 10);
            }
            ends.merge(migrate(i), 1, Integer::sum);
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
        before.assertNone(KEPT);
        long heapAfter = heap();
        resident.add(resident() >> 10);
        String text = String.format("%d migrations in %d s %s: heap %d to %d KiB, direct memory %d KiB, resident MiB "
                + "at each quarter %s", MIGRATIONS, seconds, ends, heapBefore >> 10, heapAfter >> 10,
                Leftovers.direct() >> 10, resident);
        System.out.println("soak: " + text);
        Files.writeString(Files.createDirectories(Path.of("target", "faults")).resolve("soak.txt"), text + "\n");
        assertTrue(heapAfter <= heapBefore + HEAP_MARGIN, text);
        assertTrue(resident.get(resident.size() - 1) <= resident.get(0) + RESIDENT_MARGIN_MEBIBYTES, text);
    }

    /** Many at once, each of its own guest. */
    @Test
    void shouldServeManyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONCURRENT);
        CyclicBarrier together = new CyclicBarrier(CONCURRENT);
        try {
            List<Future<End>> ended = new ArrayList<>();
            for (int i = 0; i < CONCURRENT; i++) {
                int number = i;
                ended.add(threads.submit(() -> {
                    together.await();
                    return migrate(number);
                }));
            }
            for (int i = 0; i < CONCURRENT; i++) {
                assertEquals(end(i), ended.get(i).get());
            }
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
        assertEquals(List.of(), Leftovers.threads());
    }

    /** The guest's RAM is the largest thing there is: whatever an end leaves, nothing refers to either side's. */
    @Test
    void shouldLetGoOfTheRam() throws Exception {
        for (int i = 0; i < CountedMethods.NAMES.size() * End.values().length; i++) {
            migrate(i);
        }
        for (int i = 0; i < COLLECTIONS && memories.stream().anyMatch(ram -> ram.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(2 * CountedMethods.NAMES.size() * End.values().length, memories.size());
        assertEquals(List.of(), IntStream.range(0, memories.size()).filter(i -> memories.get(i).get() != null)
                .mapToObj(i -> (i % 2 == 0 ? "source of " : "destination of ") + end(i / 2)).toList());
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** In KiB; 0 where it cannot be told. */
    private static long resident() throws Exception {
        return !Files.isReadable(STATUS) ? 0 : Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0);
    }

    private static End end(int number) {
        return End.values()[number / CountedMethods.NAMES.size() % End.values().length];
    }

    /** The number says by which method, over how many channels, and to which end. */
    private End migrate(int number) throws Exception {
        String method = CountedMethods.NAMES.get(number % CountedMethods.NAMES.size());
        End end = end(number);
        MigrationParameters.Builder parameters = MigrationParameters.builder().set("multifd-compression", method)
                .set("multifd-channels", 1 + number % 3);
        SteadyGuest guest = new SteadyGuest(SteadyGuest.newRam());
        GuestRam memory = SteadyGuest.newRam();
        synchronized (memories) {
            memories.add(new WeakReference<>(guest.ram));
            memories.add(new WeakReference<>(memory));
        }
        Path file = directory.resolve(number + "." + System.nanoTime());
        MigrationParameters accepting = end == End.REFUSED
                ? MigrationParameters.builder().set("multifd-compression", method.equals("none") ? "zlib" : "none")
                .build()
                : MigrationParameters.builder().set("multifd-channels", 1 + number % 3).build();
        if (end == End.CANCELLED_BY_SOURCE || end == End.CANCELLED_BY_DESTINATION) {
            parameters.set("max-bandwidth", SLOW);
        }
        try (MigrationDestination destination = end == End.INTO_A_FILE
                ? MigrationDestination.intoFile(methods, accepting, file, false)
                : new MigrationDestination(methods, accepting, RamSupplier.into(memory));
                FaultProxy proxy = new FaultProxy(destination.listen("tcp:127.0.0.1:0"), end == End.CUT
                        ? Fault.at(Fault.Kind.CUT, 1, InitPacket.SIZE + 1 + number % LEAST_BYTES) : null);
                Relay relay = new Relay(methods, MigrationParameters.builder().set("multifd-compression", "zstd")
                        .build())) {
            CompletableFuture<MigrationException> received = Side.start(destination::receive);
            MigrationSource source = new MigrationSource(methods, parameters.build(), guest.ram, guest, guest);
            CompletableFuture<MigrationException> relayed = null;
            String to = proxy.address();
            if (end == End.RELAYED) {
                to = relay.listen("tcp:127.0.0.1:0", proxy.address());
                relayed = Side.start(relay::relay);
            }
            String address = to;
            CompletableFuture<MigrationException> sent = Side.start(() -> source.migrate(address));
            if (end == End.CANCELLED_BY_SOURCE || end == End.CANCELLED_BY_DESTINATION) {
                Eventually.await(() -> destination.stats().normalPages() > 0 || sent.isDone());
                if (end == End.CANCELLED_BY_SOURCE) {
                    source.cancel();
                } else {
                    destination.cancel();
                }
            }
            check(end, sent.get(), received.get(), relayed == null ? null : relayed.get());
        }
        if (end == End.COMPLETED || end == End.RELAYED) {
            for (String block : memory.blocks()) {
                assertArrayEquals(Side.bytes(guest.ram, block), Side.bytes(memory, block), number + ": " + block);
            }
        }
        assertEquals(end == End.INTO_A_FILE, Files.deleteIfExists(file));
        return end;
    }

    private static void check(End end, MigrationException sent, MigrationException received,
            MigrationException relayed) {
        switch (end) {
            case COMPLETED, INTO_A_FILE, RELAYED -> {
                assertEquals(null, sent);
                assertEquals(null, received);
                assertEquals(null, relayed);
            }
            case CUT -> assertTrue(sent != null && received != null, sent + ", " + received);
            case CANCELLED_BY_SOURCE -> {
                assertEquals(Kind.INTERRUPTED, sent.kind());
                assertEquals(Kind.PEER, received.kind(), received.getMessage());
            }
            case CANCELLED_BY_DESTINATION -> {
                assertEquals(Kind.PEER, sent.kind(), sent.getMessage());
                assertEquals(Kind.INTERRUPTED, received.kind());
            }
            default -> {
                assertEquals(Kind.PEER, sent.kind(), sent.getMessage());
                assertEquals(Kind.STREAM, received.kind(), received.getMessage());
            }
        }
    }
}
