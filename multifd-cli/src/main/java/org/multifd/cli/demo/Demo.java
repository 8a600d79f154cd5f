package org.multifd.cli.demo;

import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.Watched;
import org.multifd.core.DirtyLog;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.ProviderInfo;
import org.multifd.core.RamSupplier;
import org.multifd.core.internal.provider.layer.Failures;

/** Migrates one {@link SyntheticGuest} with several methods in turn, each time from the same first content. */
public final class Demo {

    private static final int COPY_BYTES = 1 << 20;
    private static final long WARM_UP_BYTES = 16 << 20;
    private static final byte STALE = (byte) 0xa5;

    private final MethodRegistry registry;
    private final MigrationParameters.Builder parameters;
    private final DemoReport report;
    private final Interruption interruption;
    private boolean counts;

    public Demo(MethodRegistry registry, MigrationParameters.Builder parameters, DemoReport report,
            Interruption interruption) {
        this.registry = registry;
        this.parameters = parameters;
        this.report = report;
        this.interruption = interruption;
    }

    /** @return whether RAM was identical each time */
    public boolean run(List<ProviderInfo> methods, long size, long seed)
            throws MigrationException, InterruptedException {
        long start = System.nanoTime();
        List<DemoResult> results = new ArrayList<>();
        MigrationParameters incoming = parameters.build();
        report.start(methods, size, incoming);
        warmUp(methods, Math.min(size, WARM_UP_BYTES), seed, incoming.checksum());
        counts = true;
        try (SyntheticGuest guest = new SyntheticGuest(size, seed)) {
            GuestRam arriving = alike(guest.ram());
            for (ProviderInfo method : methods) {
                guest.reset();
                makeStale(arriving);
                DemoResult result = migrate(method, incoming, parameters, guest, arriving);
                report.result(result);
                results.add(result);
            }
        }
        report.summary(results, System.nanoTime() - start);
        return results.stream().allMatch(DemoResult::identical);
    }

    /** Figures of code that the JVM does not know yet would tell which method came first, not which is fast. */
    private void warmUp(List<ProviderInfo> methods, long size, long seed, boolean checksum)
            throws MigrationException, InterruptedException {
        try (SyntheticGuest guest = new SyntheticGuest(size, seed)) {
            GuestRam arriving = alike(guest.ram());
            for (ProviderInfo method : methods) {
                // neither a limit of the bandwidth nor a slow level: it is about the code only
                migrate(method, MigrationParameters.defaults(),
                        MigrationParameters.builder().set("checksum", checksum ? "on" : "off"), guest, arriving);
            }
        }
    }

    private static GuestRam alike(GuestRam ram) {
        GuestRam.Builder empty = GuestRam.builder(ram.pageSize());
        ram.blocks().forEach(block -> empty.block(block, ram.length(block)));
        return empty.build();
    }

    /**
     * What an earlier migration left must not pass for this one's: nor may memory that nobody wrote pass for zero
     * pages.
     */
    private static void makeStale(GuestRam ram) {
        byte[] stale = new byte[COPY_BYTES];
        Arrays.fill(stale, STALE);
        for (String block : ram.blocks()) {
            for (long at = 0; at < ram.length(block); at += COPY_BYTES) {
                ram.write(block, at, ByteBuffer.wrap(stale, 0, (int) Math.min(COPY_BYTES, ram.length(block) - at)));
            }
        }
    }

    /** The destination is not told the method: it finds out. */
    private DemoResult migrate(ProviderInfo method, MigrationParameters incoming,
            MigrationParameters.Builder parameters, SyntheticGuest guest, GuestRam arriving)
            throws MigrationException, InterruptedException {
        MigrationParameters outgoing = parameters.set("multifd-compression", method.name()).build();
        double cpu = cpuSeconds();
        DirtyLog log = guest.start();
        MigrationSource source = new MigrationSource(registry, outgoing, guest.ram(), log, guest);
        try (MigrationDestination destination = new MigrationDestination(registry, incoming,
                RamSupplier.into(arriving))) {
            interruption.onInterrupt(() -> {
                source.cancel();
                destination.cancel();
            });
            String address = destination.listen("tcp:127.0.0.1:0");
            MigrationStats stats = migrate(source, destination, address, method);
            cpu = cpuSeconds() - cpu;
            return new DemoResult(method, stats, cpu, difference(guest, arriving, destination));
        } finally {
            guest.pause();
        }
    }

    /** Both ends: when one fails, so does the other because of it. */
    private MigrationStats migrate(MigrationSource source, MigrationDestination destination, String address,
            ProviderInfo method)
            throws MigrationException, InterruptedException {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Thread receiver = new Thread(() -> {
            try {
                destination.receive();
            } catch (MigrationException | RuntimeException | Error e) {
                failures.add(e);
                source.cancel();
            }
        }, "destination");
        receiver.start();
        MigrationStats stats = null;
        try {
            stats = Watched.run(report.progressMillis(), () -> {
                if (counts) {
                    report.progress(method, source.stats());
                }
            }, () -> source.migrate(address));
        } catch (MigrationException | RuntimeException | Error e) {
            failures.add(e);
            destination.cancel();
        }
        receiver.join();
        Throwable failure = failures.stream().filter(each -> !mayFollow(each)).findFirst().orElse(failures.peek());
        if (failure instanceof UncheckedIOException e) {
            throw e;
        }
        if (failure instanceof MigrationException e) {
            throw new MigrationException(e.kind(), "method " + method.name() + ": " + e.getMessage(), e);
        }
        if (failure != null) {
            throw new MigrationException(Kind.INTERNAL, "method " + method.name() + ": internal error: "
                    + Failures.describe(failure), failure);
        }
        return stats;
    }

    /** What an end says of the other one, or of its being cancelled, is no cause while the other has one of its own. */
    private static boolean mayFollow(Throwable failure) {
        return failure instanceof MigrationException e && (e.kind() == Kind.PEER || e.kind() == Kind.INTERRUPTED);
    }

    /** @return where the destination has something else than the paused guest, or "" */
    private static String difference(SyntheticGuest guest, GuestRam arriving, MigrationDestination destination) {
        GuestRam ram = guest.ram();
        ByteBuffer sent = ByteBuffer.allocate(COPY_BYTES);
        ByteBuffer received = ByteBuffer.allocate(COPY_BYTES);
        for (String block : ram.blocks()) {
            for (long at = 0; at < ram.length(block); at += COPY_BYTES) {
                int length = (int) Math.min(COPY_BYTES, ram.length(block) - at);
                ram.read(block, at, sent.clear().limit(length));
                arriving.read(block, at, received.clear().limit(length));
                int mismatch = sent.clear().limit(length).mismatch(received.clear().limit(length));
                if (mismatch >= 0) {
                    return "block " + block + " differs first at offset 0x" + Long.toHexString(at + mismatch);
                }
            }
        }
        return Arrays.equals(guest.deviceState(), destination.deviceState()) ? "" : "the device state differs";
    }

    private static double cpuSeconds() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean process
                ? process.getProcessCpuTime() * 1e-9 : Double.NaN;
    }
}
