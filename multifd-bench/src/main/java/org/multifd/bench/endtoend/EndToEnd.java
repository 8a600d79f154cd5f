package org.multifd.bench.endtoend;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.multifd.bench.data.RamImage;
import org.multifd.bench.endtoend.Setting.Kind;
import org.multifd.bench.figure.JsonLines;
import org.multifd.bench.figure.Machine;
import org.multifd.bench.method.MethodLevel;
import org.multifd.bench.qemu.Qemus;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whole migrations, beside QEMU and beside what the machine allows. */
@Command(name = "end-to-end", mixinStandardHelpOptions = true, sortOptions = false,
        description = {
            "%nMigrates a stopped guest over loopback, source and destination in processes of their own, by each "
                + "method over each number of channels: ours, two QEMUs, and both together; beside a raw pump of the "
                + "same bytes through as many sockets. Everything is done once a round, and ratios are taken within "
                + "a round. The guest's RAM is a file in memory for all of them, and is compared byte for byte after "
                + "each migration.%n",
            "MB/s          bytes of pages that are not zero, by the time from the command to migrate to its "
            + "confirmation", "× QEMU        the speed by that of QEMU to QEMU, same method and channels; for lz4 by "
            + "that of QEMU's zstd", "÷ limit       none: the speed by the raw pump's; others: by that of all cores "
            + "if nothing but the bare codec and "
                + "the pump's share for the wire's bytes cost processor time",
            "CPU s/GB      processor seconds for each GB of such pages: source + relay + destination",
            "CPU ÷ limit's the limit's processor time by that of the migration, which other work on the machine "
            + "disturbs less", "heap          bytes of heap that channels allocate by packet once they run: source + "
            + "destination", "resident      the most memory that was resident, the guest's RAM included: source + "
            + "relay + destination", "(a..b)        the least and the greatest round; the median stands before; 1 MB "
            + "= 1,000,000 bytes%n"})
public final class EndToEnd implements Callable<Integer> {

    private static final int MOST_MEBIBYTES = 64 * 1024;

    @Option(names = "--quick", description = "Only show that everything works: 64 MiB, one round, 2 channels.")
    private boolean quick;

    @Option(names = "--json", description = "Print JSON lines: machine, guest, and result for each row.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Write a picture of the speeds, too.")
    private Path svg;

    @Option(names = "--method", paramLabel = "NAME[:LEVEL]", split = ",", defaultValue = "none,zstd,lz4,zlib",
            description = "The methods and levels (${DEFAULT-VALUE}).")
    private List<String> methods;

    @Option(names = "--channels", paramLabel = "N", split = ",", defaultValue = "1,2,4,8",
            description = "The numbers of channels (${DEFAULT-VALUE}).")
    private List<Integer> channels;

    @Option(names = "--pair", split = ",", paramLabel = "PAIR",
            defaultValue = "codec,pump,ours,qemu,receive,send,unread,relay",
            description = "What to measure (${DEFAULT-VALUE}).")
    private List<String> pairs;

    @Option(names = "--mixed-channels", split = ",", paramLabel = "N", defaultValue = "2",
            description = "The numbers of channels for QEMU and ours together: receive, send, unread, relay "
            + "(${DEFAULT-VALUE}).")
    private List<Integer> mixedChannels;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "How often (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--image", paramLabel = "FILE",
            description = "A file of raw guest memory instead of synthetic pages.")
    private Path imageFile;

    @Option(names = "--zero", description = "A guest whose pages are all zero.")
    private boolean zero;

    @Option(names = "--size", paramLabel = "MIB", defaultValue = "1024",
            description = "The guest's RAM (${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--qemu", paramLabel = "PROGRAM", defaultValue = "qemu-system-x86_64",
            description = "The QEMU to compare with (${DEFAULT-VALUE}).")
    private String qemu;

    @Option(names = "--java-options", paramLabel = "OPTIONS", defaultValue = "-Xmx64m",
            description = "Options of our processes' JVMs, separated by blanks (${DEFAULT-VALUE}).")
    private String javaOptions;

    @Option(names = "--parameter", paramLabel = "NAME=VALUE", split = ",", defaultValue = Option.NULL_VALUE,
            description = "Migration parameters of our sources and relays, as checksum=off.")
    private List<String> parameters;

    @Option(names = "--directory", paramLabel = "DIR",
            description = "Where the guests' RAM goes: room for four times its size, in memory (/dev/shm, else the "
            + "system's).")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check();
        Path work = Files.createTempDirectory(base(), "multifd-bench-");
        // also when it is interrupted: neither gigabytes in memory nor a QEMU stay behind
        Runtime.getRuntime().addShutdownHook(new Thread(() -> leaveNothing(work)));
        try {
            measure(work);
        } catch (IOException e) {
            System.err.println("multifd-bench: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        return CommandLine.ExitCode.OK;
    }

    private static void leaveNothing(Path work) {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            Qemus.delete(work);
        } catch (IOException e) {
            System.err.println("multifd-bench: " + work + " could not be removed: " + e);
        }
    }

    private void measure(Path work) throws IOException {
        Machine machine = Machine.here();
        RamImage image = imageFile == null
                ? RamImage.synthetic(work.resolve("image"), zero ? RamImage.Content.ZERO : RamImage.Content.MIXED, size)
                : RamImage.copyOf(imageFile, work.resolve("image"), size);
        Trial trial = new Trial(image, work, List.of(javaOptions.trim().split("\\s+")),
                parameters == null ? List.of() : parameters, qemu);
        String version = wants(Kind.QEMU) || wants(Kind.RECEIVE) || wants(Kind.SEND) || wants(Kind.UNREAD)
                || wants(Kind.RELAY)
                ? trial.findQemu() : "";
        Rounds all = new Rounds(settings(!version.isEmpty()), trial, image.gigabytes());
        all.measure(rounds, System.err);
        List<Outcome> outcomes = all.outcomes();
        if (json) {
            System.out.println(JsonLines.machine(machine, content(), image.mebibytes()));
            System.out.println(JsonLines.line("guest", JsonLines.text("content", content()),
                    JsonLines.number("ram_mib", image.mebibytes()),
                    JsonLines.number("non_zero_mb", image.nonZeroBytes() * 1e-6), JsonLines.text("qemu", version),
                    JsonLines.number("rounds", rounds)));
            outcomes.forEach(each -> System.out.println(each.json()));
        } else {
            head(machine, image, version).forEach(System.out::println);
            System.out.println();
            OutcomeTable.lines(outcomes).forEach(System.out::println);
            System.out.println();
            outcomes.stream().filter(each -> each.of().kind() == Kind.CODEC).forEach(each -> System.out.println("bare "
                    + each.of().method() + ": compressing takes " + each.median("%.2f", 1, "encode_s_gb")
                    + " and decompressing " + each.median("%.2f", 1, "decode_s_gb") + " CPU s/GB; a GB becomes "
                    + each.median("%.0f", 1, "payload_mb_gb") + " MB"));
        }
        if (svg != null) {
            Files.write(svg, Picture.of(outcomes, head(machine, image, version)), StandardCharsets.UTF_8);
        }
    }

    private List<String> head(Machine machine, RamImage image, String version) {
        return List.of(
                String.format(Locale.ROOT, "%s, %d cores, %s, %s; load average before: %.1f", machine.processor(),
                        machine.cores(), machine.jdk(), machine.system(), machine.load()),
                String.format(Locale.ROOT, "stopped guest of %d MiB, %s, %.0f MB not zero; %s; rounds: %d",
                image.mebibytes(),
                        content(), image.nonZeroBytes() * 1e-6,
                        version.isEmpty() ? "no QEMU: " + qemu + " is not there or not wanted" : "QEMU " + version,
                        rounds));
    }

    /** A file's name is the user's own matter. */
    private String content() {
        return imageFile != null ? "a file's pages" : zero ? "zero pages" : "synthetic pages";
    }

    private Path base() {
        Path shared = Path.of("/dev/shm");
        return directory != null ? directory : Files.isWritable(shared) ? shared
                : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private void check() throws IOException {
        if (quick) {
            size = Math.min(size, 64);
            rounds = 1;
            channels = List.of(2);
        }
        if (rounds < 1) {
            throw wrong("--rounds: received " + rounds + ", expected at least 1");
        }
        if (size < 16 || size > MOST_MEBIBYTES) {
            throw wrong("--size: received " + size + ", expected 16.." + MOST_MEBIBYTES);
        }
        for (int each : channels) {
            if (each < 1 || each > 255) {
                throw wrong("--channels: received " + each + ", expected 1..255");
            }
        }
        if (imageFile != null && (!Files.isRegularFile(imageFile) || !Files.isReadable(imageFile))) {
            throw wrong("--image: received " + imageFile + ", expected a file that can be read");
        }
        for (String each : pairs) {
            kind(each);
        }
        if (parameters != null) {
            for (String each : parameters) {
                if (each.indexOf('=') < 1) {
                    throw wrong("--parameter: received " + each + ", expected NAME=VALUE");
                }
            }
        }
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            throw wrong("there is no /proc to read processor time from: end-to-end needs Linux");
        }
    }

    private boolean wants(Kind kind) {
        return pairs.stream().anyMatch(each -> kind(each) == kind);
    }

    private Kind kind(String name) {
        try {
            return Kind.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw wrong("--pair: received " + name
                    + ", expected codec, pump, ours, qemu, receive, send, unread or relay");
        }
    }

    private List<Setting> settings(boolean withQemu) {
        List<MethodLevel> all = new ArrayList<>();
        for (String each : methods) {
            try {
                all.add(MethodLevel.parse(each));
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
        }
        List<Setting> settings = new ArrayList<>();
        if (wants(Kind.CODEC)) {
            all.stream().filter(each -> !each.method().equals("none"))
                    .forEach(each -> settings.add(new Setting(Kind.CODEC, each, 0)));
        }
        if (wants(Kind.PUMP)) {
            channels.forEach(number -> settings.add(new Setting(Kind.PUMP, MethodLevel.parse("none"), number)));
        }
        for (MethodLevel method : all) {
            for (Kind kind : Kind.values()) {
                if (kind.compareTo(Kind.OURS) >= 0 && wants(kind)) {
                    (kind.compareTo(Kind.QEMU) > 0 ? mixedChannels : channels)
                            .forEach(number -> settings.add(new Setting(kind, method, number)));
                }
            }
        }
        settings.removeIf(each -> !each.isPossible() || each.kind().needsQemu() && !withQemu);
        return settings;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
