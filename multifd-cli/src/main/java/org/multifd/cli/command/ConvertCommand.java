package org.multifd.cli.command;

import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.option.Given;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.report.ConvertReport;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.IntoFile;
import org.multifd.cli.run.Watched;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd convert}: a snapshot of one kind becomes one of another. */
@Command(name = "convert",
        customSynopsis = "multifd convert [OPTION...] file:SRC[,offset=N] file:DST[,offset=N]",
        header = "Write a snapshot anew: compressed, with another method, or as QEMU loads it.",
        description = {
            "Reads a snapshot of either kind and writes a compressed one, or without --snapshot-compression a "
                + "mapped-ram file, which QEMU 9.0 and newer load. Pages that came again or turned zero while the "
                + "guest was saved are left out. The source is only read."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class ConvertCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "file:SRC",
            description = "The snapshot to read; with ,offset=N it begins there in the file.")
    private String from;

    @Parameters(index = "1", paramLabel = "file:DST",
            description = "The snapshot to write; with ,offset=N from there on, in place.")
    private String to;

    @Option(names = "--snapshot-compression", paramLabel = "NAME[:LEVEL]",
            description = "The method of what is written, such as zstd:3 (none: a mapped-ram file).")
    private String compression;

    @Option(names = "--force", description = "Replace the file if it exists, once the new one is complete; with "
            + ",offset=N discard what it has from there on.")
    private boolean force;

    @Option(names = "--multifd-channels", paramLabel = "N", description = "How many threads, 1..255 (2).")
    private String channels;

    @Option(names = "--json", description = "Print JSON lines: progress, summary, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;
    private final Interruption interruption;

    public ConvertCommand(Console console, Registry load, Interruption interruption) {
        this.console = console;
        this.load = load;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws MigrationException {
        FileUri source = FileUri.parse(from);
        FileUri file = FileUri.parse(to);
        MigrationParameters.Builder builder = MigrationParameters.builder();
        MigrationParameters parameters;
        try {
            Given.set(builder, "multifd-channels", channels);
            Given.set(builder, "snapshot-compression", compression);
            parameters = builder.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        console.serves(Purpose.MIGRATION);
        ConvertReport report = new ConvertReport(console, source.path(), file, json);
        MigrationDestination opened = MigrationDestination.intoFile(load.get(), parameters, file, force);
        IntoFile.run(opened, console::note, interruption, destination -> {
            destination.listen(source.toString());
            report.summary(Watched.run(report.progressMillis(), () -> report.progress(destination.stats()),
                    destination::receive));
        });
        return 0;
    }
}
