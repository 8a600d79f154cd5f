package org.multifd.cli.command;

import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.option.Given;
import org.multifd.cli.option.TlsServerOptions;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.report.ReceiveReport;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.IntoFile;
import org.multifd.cli.run.Watched;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd receive}: where to listen, where to put it. */
@Command(name = "receive",
        customSynopsis = "multifd receive [OPTION...] tcp:HOST:PORT file:PATH[,offset=N]",
        header = "Receive a migration, of a QEMU or a multifd peer, into a snapshot.",
        description = {
            "Waits for one migration with the capability multifd and writes a mapped-ram file, which QEMU 9.0 and "
                + "newer load with -incoming file:PATH and the capability mapped-ram. The method need not be told, "
                + "nor as a rule the number of channels. The file appears under its name when it is complete and "
                + "synced to disk."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class ReceiveCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "tcp:HOST:PORT",
            description = "Where to listen; port 0 picks a free one. Or unix:PATH.")
    private String address;

    @Parameters(index = "1", paramLabel = "file:PATH",
            description = "The snapshot to write; with ,offset=N from there on, in place.")
    private String snapshot;

    @Option(names = "--force", description = "Replace the file if it exists, once the new one is complete; with "
            + ",offset=N discard what it has from there on.")
    private boolean force;

    @Option(names = "--multifd-channels", paramLabel = "N",
            description = "Connections beside the main one, 1..255 (as many as come).")
    private String channels;

    @Option(names = "--multifd-compression", paramLabel = "NAME,...",
            description = "The methods that are accepted, separated by commas (all that are usable).")
    private String compression;

    @Option(names = "--snapshot-compression", paramLabel = "NAME[:LEVEL]",
            description = "Compress the snapshot with this method, such as zstd:3; QEMU does not load such a file, "
                    + "multifd send does (none).")
    private String snapshotCompression;

    @Option(names = "--uuid", paramLabel = "UUID", description = "Accept no other VM than this (any).")
    private String uuid;

    @Mixin
    private final TlsServerOptions tls = new TlsServerOptions();

    @Option(names = "--timeout", paramLabel = "MS",
            description = "Milliseconds of silence after which the peer counts as gone (30000).")
    private String timeout;

    @Option(names = "--json", description = "Print JSON lines: listening, progress, summary, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;
    private final Interruption interruption;

    public ReceiveCommand(Console console, Registry load, Interruption interruption) {
        this.console = console;
        this.load = load;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws MigrationException {
        Given.inOrder("receive", address, snapshot, false);
        if (FileUri.isFile(address)) {
            throw new MigrationException(Kind.USAGE, "address: received " + "\"" + address + "\"" + ", expected "
                    + "tcp:HOST:PORT or unix:PATH: multifd convert makes one snapshot of another");
        }
        FileUri file;
        MigrationParameters parameters;
        try {
            file = FileUri.parse(snapshot);
            parameters = parameters();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
        console.serves(Purpose.MIGRATION);
        ReceiveReport report = new ReceiveReport(console, file.path(), json);
        MigrationDestination opened = MigrationDestination.intoFile(load.get(), parameters, file, force);
        IntoFile.run(opened, console::note, interruption, destination -> {
            report.listening(destination.listen(address));
            report.summary(Watched.run(report.progressMillis(), () -> report.progress(destination.stats()),
                    destination::receive));
        });
        return 0;
    }

    private MigrationParameters parameters() {
        MigrationParameters.Builder builder = MigrationParameters.builder();
        Given.set(builder, "multifd-channels", channels);
        Given.set(builder, "multifd-compression", compression);
        Given.set(builder, "snapshot-compression", snapshotCompression);
        Given.set(builder, "uuid", uuid);
        Given.set(builder, "timeout", timeout);
        tls.set(builder);
        return builder.build();
    }
}
