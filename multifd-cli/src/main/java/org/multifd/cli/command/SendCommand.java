package org.multifd.cli.command;

import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.option.Given;
import org.multifd.cli.option.MigrationOptions;
import org.multifd.cli.option.PostcopyOptions;
import org.multifd.cli.option.TlsClientOptions;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.report.JsonSendReport;
import org.multifd.cli.report.PostcopyReport;
import org.multifd.cli.report.SendReport;
import org.multifd.cli.report.TextSendReport;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.Watched;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.PostcopySource;
import org.multifd.core.SnapshotInfo;
import org.multifd.core.ZeroPageDetection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd send}: a snapshot comes to life in a waiting QEMU, or moves on to a multifd destination. */
@Command(name = "send",
        customSynopsis = "multifd send [OPTION...] file:PATH[,offset=N] tcp:HOST:PORT",
        header = "Migrate a snapshot into a waiting QEMU or multifd receive.",
        description = {
            "The snapshot is a mapped-ram file, written by multifd receive or by QEMU 9.0 or newer. The destination, "
                + "any QEMU with multifd that has the machine type, must have the same number of channels and the "
                + "same method set, and its uuid must be the one given here. The guest goes on there where it "
                + "stopped. The file is only read.",
            "With --postcopy-ram on the guest runs before its RAM is there. Then none of this applies: a QEMU with "
                + "the capability postcopy-ram and without multifd."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class SendCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "file:PATH",
            description = "The snapshot; with ,offset=N it begins there in the file.")
    private String file;

    @Parameters(index = "1", paramLabel = "tcp:HOST:PORT", description = "Where the destination listens; or unix:PATH.")
    private String uri;

    @Option(names = "--multifd-compression", paramLabel = "NAME",
            description = "The method (none). Several, separated by commas, are negotiated: never with a QEMU.")
    private String compression;

    @Mixin
    private final MigrationOptions migration = new MigrationOptions();

    @Option(names = "--sync-rule", paramLabel = "RULE",
            description = "What marks a round's end: flush, eos, or auto, by the machine type (auto). Unless "
                    + "--zero-page-detection is given, the machine type decides that as well.")
    private String syncRule;

    @Option(names = "--zero-copy-send", paramLabel = "WHETHER",
            description = "Have pages leave the file without being read: on, off; only with the method none, and "
            + "without checksum "
                    + "(off).")
    private String zeroCopySend;

    @Option(names = "--uuid", paramLabel = "UUID",
            description = "The VM's, as the QEMU's -uuid has it (the snapshot's, or none).")
    private String uuid;

    @Mixin
    private final PostcopyOptions postcopy = new PostcopyOptions();

    @Mixin
    private final TlsClientOptions tls = new TlsClientOptions();

    @Option(names = "--timeout", paramLabel = "MS",
            description = "Milliseconds of silence after which the peer counts as gone "
            + "(30000).")
    private String timeout;

    @Option(names = "--json", description = "Print JSON lines: progress, summary, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;
    private final Interruption interruption;
    private MethodRegistry registry;

    public SendCommand(Console console, Registry load, Interruption interruption) {
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
    public Integer call() throws MigrationException {
        Given.inOrder("send", file, uri, true);
        MigrationParameters parameters = parameters();
        FileUri snapshot = FileUri.parse(file);
        if (postcopy.isOn()) {
            return onDemand(snapshot, parameters);
        }
        MigrationSource source = MigrationSource.fromFile(registry, parameters, snapshot);
        interruption.onInterrupt(source::cancel);
        long bytes = bytesToSend(snapshot, parameters);
        SendReport report = json ? new JsonSendReport(console, bytes) : new TextSendReport(console, bytes);
        console.serves(Purpose.MIGRATION);
        report.summary(Watched.run(report.progressMillis(), () -> report.progress(source.stats()),
                () -> source.migrate(uri)), file, uri);
        return 0;
    }

    /** The guest runs first, its pages follow. */
    private int onDemand(FileUri snapshot, MigrationParameters parameters) throws MigrationException {
        PostcopySource.Builder builder = PostcopySource.builder(registry, parameters, snapshot);
        postcopy.set(builder);
        PostcopySource source = builder.build();
        PostcopyReport report = new PostcopyReport(console, json);
        interruption.onInterrupt(() -> {
            source.close();
            report.interrupted(source.stats());
        });
        console.serves(Purpose.MIGRATION);
        report.summary(Watched.run(report.progressMillis(), () -> report.progress(source.stats()),
                () -> source.migrate(uri)), file, uri);
        return 0;
    }

    /** Of the pages that travel with their bytes: zero pages are told, not sent, unless nobody is to look for them. */
    private static long bytesToSend(FileUri snapshot, MigrationParameters parameters) throws MigrationException {
        SnapshotInfo info = SnapshotInfo.read(snapshot);
        boolean all = parameters.zeroPageDetection() == ZeroPageDetection.NONE;
        return info.blocks().stream().mapToLong(each -> all ? each.usedLength() : each.presentPages() * info.pageSize())
                .sum();
    }

    private MigrationParameters parameters() throws MigrationException {
        MigrationParameters.Builder parameters = migration.parameters();
        Given.set(parameters, "multifd-compression", compression);
        Given.set(parameters, "sync-rule", syncRule);
        Given.set(parameters, "zero-copy-send", zeroCopySend);
        Given.set(parameters, "uuid", uuid);
        Given.set(parameters, "timeout", timeout);
        tls.set(parameters);
        try {
            return parameters.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
    }
}
