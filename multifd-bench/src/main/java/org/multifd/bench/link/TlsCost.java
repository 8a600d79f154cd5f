package org.multifd.bench.link;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.figure.Machine;
import org.multifd.bench.figure.Spread;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;
import org.multifd.tck.internal.data.SyntheticPages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What TLS costs a migration from memory to memory: the same one plain and with TLS, by turns. */
@Command(name = "tls-cost", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "%nMigrates the demo's synthetic pages over loopback TCP within one process, plain and with TLS by "
                + "turns, the first turn unmeasured.%n",
            "CPU s/GB  processor time of the whole process for 1 GB (1,000,000,000 bytes) on the wire; median "
            + "(least..greatest)", "MB/s      payload by time: on a machine with less than four cores the sides "
            + "share them%n"})
final class TlsCost implements Callable<Integer> {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Option(names = "--creds", defaultValue = "multifd-core/src/test/tls/good", paramLabel = "DIR",
            description = "Credentials of both sides, for localhost (${DEFAULT-VALUE}).")
    private Path credentials;

    @Option(names = "--size", defaultValue = "512", paramLabel = "MIB",
            description = "MiB of pages (${DEFAULT-VALUE}).")
    private int mebibytes;

    @Option(names = "--turns", defaultValue = "7", paramLabel = "N", description = "How often each (${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--channels", defaultValue = "2", paramLabel = "N", description = "Channels (${DEFAULT-VALUE}).")
    private int channels;

    @Option(names = "--method", split = ",", defaultValue = "none,lz4,zstd", paramLabel = "NAME",
            description = "The methods (${DEFAULT-VALUE}).")
    private String[] methods;

    private final MethodRegistry registry = MethodRegistry.load();
    private GuestRam from;
    private GuestRam to;

    public static void main(String[] args) {
        System.exit(new CommandLine(new TlsCost()).setUsageHelpWidth(120).execute(args));
    }

    private record Cost(double cpu, double megabytes) {
    }

    @Override
    public Integer call() throws Exception {
        from = ram();
        to = ram();
        SyntheticPages content = new SyntheticPages(1);
        byte[] page = new byte[GuestImage.PAGE_SIZE];
        for (int number = 0; number < mebibytes * 256; number++) {
            content.fill(number, 0, page);
            from.write("pc.ram", (long) number * page.length, ByteBuffer.wrap(page));
        }
        System.out.println(Machine.here());
        for (String method : methods) {
            measure(method);
        }
        return CommandLine.ExitCode.OK;
    }

    private GuestRam ram() {
        return GuestRam.builder(GuestImage.PAGE_SIZE).block("pc.ram", (long) mebibytes << 20).build();
    }

    private void measure(String method) throws Exception {
        double[][] cpu = new double[2][turns];
        double[][] speed = new double[2][turns];
        for (int turn = -1; turn < turns; turn++) {
            for (int tls = 0; tls < 2; tls++) {
                Cost cost = migrate(method, tls == 1);
                if (turn >= 0) {
                    cpu[tls][turn] = cost.cpu;
                    speed[tls][turn] = cost.megabytes;
                }
            }
        }
        Spread plain = Spread.of(cpu[0]);
        Spread secured = Spread.of(cpu[1]);
        System.out.printf(Locale.ROOT, "%-5s CPU s/GB plain %s, TLS %s: TLS / plain %.2f; MB/s plain %.0f, TLS %.0f%n",
                method, text(plain), text(secured), secured.median() / plain.median(), Spread.of(speed[0]).median(),
                Spread.of(speed[1]).median());
    }

    private static String text(Spread spread) {
        return String.format(Locale.ROOT, "%.2f (%.2f..%.2f)", spread.median(), spread.min(), spread.max());
    }

    private Cost migrate(String method, boolean tls) throws Exception {
        MigrationParameters.Builder builder = MigrationParameters.builder().set("multifd-compression", method)
                .set("multifd-channels", channels);
        if (tls) {
            builder.set("tls-creds", credentials);
        }
        MigrationParameters parameters = builder.build();
        DirtyLog clean = new DirtyBitmap(from);
        try (MigrationDestination destination = new MigrationDestination(registry, parameters, RamSupplier.into(to))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            long cpu = SYSTEM.getProcessCpuTime();
            CompletableFuture<MigrationStats> received = CompletableFuture.supplyAsync(() -> receive(destination));
            MigrationStats sent = new MigrationSource(registry, parameters, from, clean, new Paused()).migrate(address);
            received.get();
            double seconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
            return new Cost(seconds / (sent.wireBytes() / 1e9), sent.wireBytes() / 1e6 / (sent.elapsedNanos() / 1e9));
        }
    }

    private static MigrationStats receive(MigrationDestination destination) {
        try {
            return destination.receive();
        } catch (MigrationException e) {
            throw new CompletionException(e);
        }
    }

    /** It does not run. */
    private static final class Paused implements Guest {

        @Override
        public void pause() {
            // it is
        }

        @Override
        public void resume() {
            // it is not to run
        }

        @Override
        public byte[] deviceState() {
            return new byte[0];
        }
    }
}
