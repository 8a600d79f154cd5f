package org.multifd.bench.link;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.method.BenchParams;
import org.multifd.bench.method.MethodLevel;
import org.multifd.bench.qemu.Qemus;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.Relay;
import org.multifd.core.RelayStats;
import org.multifd.tck.internal.data.SyntheticPages;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long one QEMU takes to migrate to another over a slow link, without relays and through two. */
@Command(name = "slow-link", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "%nMigrates a stopped QEMU of 256 MiB to another QEMU through a pipe of limited speed, first without "
                + "compression and without relay, then through two relays with a method between them; both QEMUs "
                + "always have none. RAM is compared byte for byte. Needs qemu-system-x86_64.%n",
            "link MB   bytes that crossed the link towards the destination (1 MB = 1,000,000 bytes)",
            "seconds   from the command migrate to the source's event completed, with return path%n"})
final class SlowLink implements Callable<Integer> {

    private static final int RAM_MEBIBYTES = 256;
    private static final int BLOB_MEBIBYTES = 250;
    private static final int CHANNELS = 2;
    private static final String NOWHERE = "tcp:127.0.0.1:0";

    @Option(names = "--mbit", defaultValue = "100", paramLabel = "N", description = "The link's speed in Mbit/s (100).")
    private int megabits;

    @Option(names = "--method", split = ",", defaultValue = "lz4,lz4:9,zstd", paramLabel = "NAME[:LEVEL]",
            description = "The methods between the relays (${DEFAULT-VALUE}).")
    private String[] methods;

    private final MethodRegistry registry = MethodRegistry.load();

    public static void main(String[] args) {
        System.exit(new CommandLine(new SlowLink()).setUsageHelpWidth(120).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("slow-link");
        try {
            Path blob = blob(directory);
            double alone = measure("none, no relay", directory, blob, null, 0);
            for (String each : methods) {
                measure(each + ", two relays", directory, blob, MethodLevel.parse(each), alone);
            }
        } finally {
            Qemus.delete(directory);
        }
        return CommandLine.ExitCode.OK;
    }

    private static Path blob(Path directory) throws IOException {
        Path blob = directory.resolve("blob");
        SyntheticPages content = new SyntheticPages(1);
        byte[] page = new byte[GuestImage.PAGE_SIZE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(blob))) {
            for (int number = 0; number < BLOB_MEBIBYTES * 256; number++) {
                content.fill(number, 0, page);
                out.write(page);
            }
        }
        return blob;
    }

    /** @param method between two relays; null for no relay */
    private double measure(String name, Path directory, Path blob, MethodLevel method, double alone)
            throws Exception {
        try (Qemus qemus = new Qemus(directory, RAM_MEBIBYTES, blob, CHANNELS)) {
            String destination = qemus.listen();
            if (method == null) {
                try (ThrottledPipe link = new ThrottledPipe(destination, megabits)) {
                    double seconds = qemus.migrate(link.address());
                    print(name, seconds, link.bytes(), seconds);
                    return seconds;
                }
            }
            MigrationParameters.Builder packing = MigrationParameters.builder().set("multifd-compression",
                    method.method());
            if (method.level() != BenchParams.DEFAULT_LEVEL) {
                packing.set("multifd-" + method.method() + "-level", method.level());
            }
            try (Relay far = new Relay(registry, MigrationParameters.defaults());
                    ThrottledPipe link = new ThrottledPipe(far.listen(NOWHERE, destination), megabits);
                    Relay near = new Relay(registry, packing.build())) {
                String entry = near.listen(NOWHERE, link.address());
                CompletableFuture<RelayStats> relayed = relay(far);
                CompletableFuture<RelayStats> packed = relay(near);
                double seconds = qemus.migrate(entry);
                relayed.join();
                packed.join();
                print(name, seconds, link.bytes(), alone);
                return seconds;
            }
        }
    }

    private static CompletableFuture<RelayStats> relay(Relay relay) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return relay.relay();
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    private void print(String name, double seconds, long bytes, double alone) {
        System.out.printf(Locale.ROOT, "%-22s %6.1f s  %6.1f MB on a link of %d Mbit/s  %5.2f times as fast  RAM "
                + "identical%n", name, seconds, bytes / 1e6, megabits, alone / seconds);
    }
}
