package org.multifd.cli.command;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.demo.Demo;
import org.multifd.cli.demo.DemoReport;
import org.multifd.cli.demo.JsonDemoReport;
import org.multifd.cli.demo.SyntheticGuest;
import org.multifd.cli.demo.TableDemoReport;
import org.multifd.cli.option.MethodNames;
import org.multifd.cli.option.MigrationOptions;
import org.multifd.cli.option.WholeNumber;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.run.Interruption;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.ProviderInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code multifd demo}: which methods, what guest, what kind of report. */
@Command(name = "demo",
        customSynopsis = "multifd demo [OPTION...]",
        header = "Migrate a changing synthetic guest with each method and compare its RAM.",
        description = {
            "A guest of realistic pages (30 %% zeros, 20 %% text, 20 %% code, 20 %% pointers, 10 %% noise) keeps "
                + "changing while its RAM moves over TCP on this machine, from one half of this process to the "
                + "other, with one method after the other. At the end its RAM is compared with the destination's, "
                + "byte for byte. Each method first moves a small guest, which does not count.%n",
            "wire MB   all bytes on all connections (1 MB = 1,000,000 bytes)",
            "ratio     bytes of the pages sent, without zero pages, to their payloads'",
            "MB/s      the same pages' bytes, by the time of the whole migration",
            "rounds    passes over RAM: the first sends all, the others what changed",
            "downtime  from the guest's pause to the destination's confirmation",
            "CPU s     processor time of source, destination and guest together"},
        descriptionHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class DemoCommand implements Callable<Integer> {

    static final long LEAST_SIZE = 1L << 20;

    @Option(names = "--size", paramLabel = "BYTES", defaultValue = "256M",
            description = "The guest's RAM, with K, M or G (256M).")
    private String size;

    @Option(names = "--multifd-compression", paramLabel = "NAME,...",
            description = "The methods to run, separated by commas (all that are usable).")
    private List<String> methods;

    @Mixin
    private final MigrationOptions migration = new MigrationOptions();

    @Option(names = "--downtime-limit", paramLabel = "MS", defaultValue = "50",
            description = "Milliseconds that the guest may be paused (50).")
    private String downtimeLimit;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Another number, another guest (1).")
    private String seed;

    @Option(names = "--json", description = "Print JSON lines: progress, result, summary, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;
    private final Interruption interruption;
    private MethodRegistry registry;

    public DemoCommand(Console console, Registry load, Interruption interruption) {
        this.console = console;
        this.load = load;
        this.interruption = interruption;
    }

    /** Adds the options that the methods found declare; before the command line is parsed. */
    public void declareParameters(CommandSpec spec) throws MigrationException {
        registry = load.get();
        migration.declare(spec, registry.parameters());
    }

    @Override
    public Integer call() throws Exception {
        long bytes = checkedSize();
        MigrationParameters.Builder parameters = migration.parameters().set("downtime-limit", downtimeLimit);
        try {
            parameters.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        console.serves(Purpose.CHECK);
        DemoReport report = json ? new JsonDemoReport(console) : new TableDemoReport(console);
        List<ProviderInfo> chosen = choose(report);
        return new Demo(registry, parameters, report, interruption).run(chosen, bytes, WholeNumber.parse("seed", seed))
                ? 0 : Kind.INTERNAL.exitCode();
    }

    private long checkedSize() throws MigrationException {
        long bytes;
        try {
            bytes = ByteSize.parse("size", size);
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        if (bytes < LEAST_SIZE || bytes % SyntheticGuest.PAGE_SIZE != 0) {
            throw new MigrationException(Kind.USAGE, "size: received " + size
                    + ", expected at least 1M and a multiple of 4K");
        }
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                && bytes > machine.getTotalMemorySize() / 2) {
            throw new MigrationException(Kind.USAGE, "size: received " + size
                    + ", expected at most half of this machine's " + ByteSize.show(machine.getTotalMemorySize())
                    + ", as source and destination are both here");
        }
        return bytes;
    }

    private List<ProviderInfo> choose(DemoReport report) throws MigrationException {
        List<ProviderInfo> chosen = new ArrayList<>();
        if (methods == null) {
            for (ProviderInfo each : registry.methods()) {
                if (each.serves()) {
                    chosen.add(each);
                } else if (each.lost().isEmpty()) {
                    report.skipped(each);
                }
            }
            if (chosen.isEmpty()) {
                throw new MigrationException(Kind.METHOD, "no usable method found; see multifd methods");
            }
            return chosen;
        }
        for (String name : MethodNames.parse("multifd-compression", methods)) {
            registry.find(name);
            registry.methods(name).stream().filter(ProviderInfo::serves).forEach(chosen::add);
        }
        return chosen;
    }
}
