package org.multifd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.endtoend.EndToEnd;
import org.multifd.bench.method.MethodLevel;
import org.multifd.bench.packet.Case;
import org.multifd.bench.packet.Effort;
import org.multifd.bench.packet.Run;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks' command: measures every case in rounds and prints one table. */
@Command(name = "multifd-bench", mixinStandardHelpOptions = true, sortOptions = false, subcommands = EndToEnd.class,
        description = {
            "%nTimes each method's packet path (prepare and recv over guest pages) beside its bare codec on the same "
                + "bytes, and the zero page scan beside what memory allows. Rivals take turns of some milliseconds "
                + "in one JVM and are charged processor time, so that ratios hold on a machine that does other "
                + "things too. Pages that arrive are compared.%n",
            "÷ bare codec  the packet path's speed by that of the codec alone, from one buffer to another; for zstd "
                + "and lz4 sending, by that of one copy of the pages and the codec; for none, by that of one copy",
            "pages         whole: all of RAM in order; dirty: every other page, so that each is a run of its own",
            "compression   bytes of pages by bytes of payload",
            "÷ limit       zero: one load for each cache line; data: one load for each page",
            "(a..b)        the least and the greatest iteration; the median stands before; 1 MB = 1,000,000 bytes%n"})
final class Main implements Callable<Integer> {

    private static final int MOST_MEBIBYTES = 1024;

    @Option(names = "--quick", description = "Only show that everything works, in seconds; the figures mean little.")
    private boolean quick;

    @Option(names = "--json", description = "Print JSON lines: machine, and result for each row.")
    private boolean json;

    @Option(names = "--method", paramLabel = "NAME[:LEVEL]", split = ",", defaultValue = "none,zlib,zstd,lz4",
            description = "The methods and levels (${DEFAULT-VALUE}).")
    private List<String> methods;

    @Option(names = "--image", paramLabel = "FILE",
            description = "A file of raw guest memory to take pages from, instead of synthetic ones.")
    private Path image;

    @Option(names = "--size", paramLabel = "MIB", description = "How much memory the pages are taken from (32).")
    private Integer size;

    @Option(names = "--rounds", paramLabel = "N", 
            description = "How often each row is measured, each time in a new JVM (3).")
    private Integer rounds;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setUsageHelpWidth(120).setParameterExceptionHandler((e, given) -> {
            e.getCommandLine().getErr().println("multifd-bench: " + e.getMessage() + "; see --help");
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws IOException {
        Effort effort = effort();
        Run run = new Run(effort, source(), cases(effort));
        try {
            run.measure(System.err);
        } catch (Run.Failed e) {
            System.err.println("multifd-bench: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        (json ? run.jsonLines() : run.tables()).forEach(System.out::println);
        return CommandLine.ExitCode.OK;
    }

    private Effort effort() {
        Effort effort = quick ? Effort.QUICK : Effort.FULL;
        if (size != null) {
            if (size < 1 || size > MOST_MEBIBYTES) {
                throw wrong("--size: received " + size + ", expected 1.." + MOST_MEBIBYTES);
            }
            effort = effort.withImage(size);
        }
        if (rounds != null) {
            if (rounds < 1) {
                throw wrong("--rounds: received " + rounds + ", expected at least 1");
            }
            effort = effort.withRounds(rounds);
        }
        return effort;
    }

    private String source() throws IOException {
        if (image == null) {
            return GuestImage.SYNTHETIC;
        }
        if (!Files.isRegularFile(image) || !Files.isReadable(image)) {
            throw wrong("--image: received " + image + ", expected a file that can be read");
        }
        if (Files.size(image) < GuestImage.LEAST_FILE) {
            throw wrong("--image: received " + Files.size(image) + " bytes in " + image + ", expected at least "
                    + GuestImage.LEAST_FILE);
        }
        return image.toAbsolutePath().toString();
    }

    private List<Case> cases(Effort effort) throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String each : methods) {
            MethodLevel method;
            try {
                method = MethodLevel.parse(each);
            } catch (IllegalArgumentException e) {
                throw wrong(e.getMessage());
            }
            for (String pages : quick ? List.of("whole") : List.of("whole", "dirty")) {
                cases.add(Case.path(method, "send", pages, source(), effort.imageMebibytes()));
                cases.add(Case.path(method, "receive", pages, source(), effort.imageMebibytes()));
            }
        }
        cases.add(Case.scan("zero", effort.scanMebibytes()));
        cases.add(Case.scan("data", effort.scanMebibytes()));
        return cases;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
