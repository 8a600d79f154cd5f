package org.multifd.cli.command;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.multifd.api.MethodParameter;
import org.multifd.cli.bench.MethodTrial;
import org.multifd.cli.bench.Sample;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.option.MethodNames;
import org.multifd.cli.option.WholeNumber;
import org.multifd.cli.provider.Registry;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.ProviderInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd bench}: what each method makes of some memory, and which one pays at which link speed. */
@Command(name = "bench",
        customSynopsis = "multifd bench [OPTION...] FILE",
        header = "Measure each method and level on a file's memory: which one pays at which link speed.",
        description = {
            "FILE is raw memory, or a snapshot (a mapped-ram file). A sample of its pages goes through each usable "
                + "method at each of its levels, as a channel's packets there and back, and is compared. Zero pages "
                + "are left out, as in a migration. A socket on this machine is measured, too.%n",
            "ratio       bytes of the pages to their payloads'",
            "compress    MB/s of pages by one processor (1 MB = 1,000,000 bytes)",
            "decompress  the same on the way back",
            "at N Gbit/s the method with which the pages move fastest over such a link between two machines like "
            + "this one, all "
                + "processors at work: the link, the source or the destination sets the pace, whichever is slowest"},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class BenchCommand implements Callable<Integer> {

    private static final int[] GIGABITS = {1, 10, 25, 100};
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** A parameter with more values than this is no level to be tried through. */
    private static final int MOST_LEVELS = 32;

    private static final long MOST_MILLIS = 3_600_000;

    /** One packet of 128 pages of 4 KiB. */
    private static final long LEAST_SIZE = 512L << 10;

    private static final long MOST_SIZE = 1L << 30;

    /** What a method that only hands the pages on needs for them: nothing that means anything. */
    private static final double NO_CODEC = 50_000;

    private static final String ROW = "%-16s %7s %10s %12s";

    @Parameters(index = "0", paramLabel = "FILE", description = "Raw memory, or a snapshot.")
    private Path file;

    @Option(names = "--multifd-compression", paramLabel = "NAME,...",
            description = "The methods, separated by commas (all that are usable).")
    private List<String> methods;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "128M",
            description = "How much memory to take, evenly from all of it, 512K..1G (128M).")
    private String size;

    @Option(names = "--time", paramLabel = "MS", defaultValue = "500",
            description = "Milliseconds for each method and level, 1..3600000 (500).")
    private String time;

    @Option(names = "--json", description = "Print JSON lines: memory, method, link, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;

    /**
     * One method at one level.
     *
     * @param send seconds of one processor for each byte of pages
     */
    private record Row(String name, double ratio, double send, double receive, long bytes) {

        /** Bytes of pages a second over a link. */
        double speed(double link, int processors, SocketCost socket) {
            double source = (send + socket.write() / ratio) / processors;
            double destination = (receive + socket.read() / ratio) / processors;
            return 1 / Math.max(1 / (link * ratio), Math.max(source, destination));
        }
    }

    public BenchCommand(Console console, Registry load) {
        this.console = console;
        this.load = load;
    }

    @Override
    public Integer call() throws MigrationException {
        long bytes = checkedSize();
        long nanos = TimeUnit.MILLISECONDS.toNanos(WholeNumber.parse("time", time, 1, MOST_MILLIS));
        MethodRegistry registry = load.get();
        List<ProviderInfo> chosen = choose(registry);
        Sample sample = Sample.of(file, bytes);
        if (sample.normalBytes() == 0) {
            throw new MigrationException(Kind.FILE, file + ": all of the " + ByteSize.show(sample.bytes())
                    + " that were looked at are zero: no method has anything to do");
        }
        SocketCost socket = SocketCost.measure();
        head(sample);
        MethodTrial trial = new MethodTrial(sample, THREADS::getCurrentThreadCpuTime,
                MigrationParameters.defaults().timeout(), warning -> console.note("multifd: " + warning));
        List<Row> rows = new ArrayList<>();
        for (ProviderInfo method : chosen) {
            MethodParameter level = level(method);
            for (long value = level == null ? 0 : level.min(); value <= (level == null ? 0 : level.max()); value++) {
                rows.add(measure(trial, registry, method, level, value, nanos));
            }
        }
        int processors = Runtime.getRuntime().availableProcessors();
        links(rows, processors, socket);
        return 0;
    }

    private long checkedSize() throws MigrationException {
        long bytes;
        try {
            bytes = ByteSize.parse("size", size);
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        if (bytes < LEAST_SIZE || bytes > MOST_SIZE) {
            throw new MigrationException(Kind.USAGE, "size: received " + size + ", expected 512K..1G");
        }
        return bytes;
    }

    private List<ProviderInfo> choose(MethodRegistry registry) throws MigrationException {
        List<ProviderInfo> found = registry.methods().stream().filter(ProviderInfo::serves).toList();
        if (methods == null) {
            if (found.isEmpty()) {
                throw new MigrationException(Kind.METHOD, "no usable method found; see multifd methods");
            }
            return found;
        }
        List<ProviderInfo> chosen = new ArrayList<>();
        for (String name : MethodNames.parse("multifd-compression", methods)) {
            registry.find(name);
            found.stream().filter(each -> each.name().equals(name)).forEach(chosen::add);
        }
        return chosen;
    }

    private static MethodParameter level(ProviderInfo method) {
        return method.parameters().stream()
                .filter(each -> each.type() == MethodParameter.Type.INTEGER && each.name().endsWith("-level")
                        && each.max() - each.min() < MOST_LEVELS).findFirst()
                .orElse(null);
    }

    private Row measure(MethodTrial trial, MethodRegistry registry, ProviderInfo method, MethodParameter level,
            long value, long nanos) throws MigrationException {
        String name = method.name() + (level == null ? "" : " level " + value);
        console.status(name);
        MethodTrial.Result result = trial.run(registry, method,
                level == null ? Map.of() : Map.of(level.name(), Long.toString(value)), nanos);
        Row row = new Row(name, (double) result.bytes() / result.payloadBytes(),
                result.sendNanos() * 1e-9 / result.bytes(), result.receiveNanos() * 1e-9 / result.bytes(),
                result.bytes());
        if (json) {
            Map<String, Object> line = Json.message("method");
            line.put("method", method.name());
            line.put("level", level == null ? null : value);
            line.put("ratio", row.ratio());
            line.put("compress_mb_s", 1e-6 / row.send());
            line.put("decompress_mb_s", 1e-6 / row.receive());
            line.put("measured_bytes", row.bytes());
            console.result(Json.line(line));
        } else {
            console.result(String.format(Locale.ROOT, ROW, name, String.format(Locale.ROOT, "%.2f", row.ratio()),
                    speed(row.send()), speed(row.receive())));
        }
        return row;
    }

    private static String speed(double secondsPerByte) {
        double speed = 1e-6 / secondsPerByte;
        return speed > NO_CODEC ? "-" : String.format(Locale.ROOT, "%.0f", speed);
    }

    private void head(Sample sample) {
        if (json) {
            Map<String, Object> line = Json.message("memory");
            line.put("file", file.toString());
            line.put("bytes", sample.bytes());
            line.put("normal_bytes", sample.normalBytes());
            console.result(Json.line(line));
            return;
        }
        console.result(String.format(Locale.ROOT, "%s of %s, of which %.0f %% are zero pages",
                ByteSize.show(sample.bytes()), file, 100.0 * (sample.bytes() - sample.normalBytes()) / sample.bytes()));
        console.result("");
        console.result(String.format(ROW, "", "ratio", "compress", "decompress"));
    }

    private void links(List<Row> rows, int processors, SocketCost socket) {
        if (!json) {
            console.result("");
        }
        for (int gigabits : GIGABITS) {
            double link = gigabits * 1e9 / 8;
            Row best = rows.stream().max(Comparator.comparingDouble(each -> each.speed(link, processors, socket)))
                    .orElseThrow();
            Row none = rows.stream().filter(each -> each.name().equals("none")).findFirst().orElse(null);
            if (json) {
                Map<String, Object> line = Json.message("link");
                line.put("gigabits", gigabits);
                line.put("processors", processors);
                line.put("best", best.name());
                line.put("mb_s", best.speed(link, processors, socket) * 1e-6);
                line.put("none_mb_s", none == null ? null : none.speed(link, processors, socket) * 1e-6);
                console.result(Json.line(line));
            } else {
                console.result(String.format(Locale.ROOT, "at %3d Gbit/s, %d processors: %s, %.0f MB/s of pages%s",
                        gigabits, processors, best.name(), best.speed(link, processors, socket) * 1e-6, none == null
                        || none == best ? ""
                                : String.format(Locale.ROOT, " (none: %.0f)",
                                none.speed(link, processors, socket) * 1e-6)));
            }
        }
    }
}
