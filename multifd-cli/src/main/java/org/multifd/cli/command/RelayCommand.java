package org.multifd.cli.command;

import java.util.concurrent.Callable;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.option.Given;
import org.multifd.cli.option.MethodOptions;
import org.multifd.cli.option.TlsRelayOptions;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.report.RelayReport;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.run.Watched;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.Relay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd relay}: where sources connect to, where their destination is, and the method in between. */
@Command(name = "relay",
        customSynopsis = "multifd relay [OPTION...] tcp:HOST:PORT tcp:HOST:PORT",
        header = "Relay migrations between two QEMUs, or multifd peers, and change the method.",
        description = {
            "Takes a migration's connections, of any number and method, and passes it on to the destination with "
                + "another method: one that the destination has set if it is a QEMU. Between two relays it can be "
                + "any that multifd methods lists. Relays one migration after another until it is interrupted.%n",
            "Turn on return-path at a source that is a QEMU: without it, it takes a migration for completed that "
            + "never reached "
                + "the destination."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class RelayCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "tcp:HOST:PORT",
            description = "Where to listen; port 0 picks a free one. Or unix:PATH.")
    private String address;

    @Parameters(index = "1", paramLabel = "tcp:HOST:PORT", description = "Where the destination listens; or unix:PATH.")
    private String destination;

    @Option(names = "--multifd-compression", paramLabel = "NAME",
            description = "The method on the outgoing side (none). One that QEMU does not have needs another relay, "
                    + "or a multifd peer, there; several, separated by commas, are negotiated: never with a QEMU.")
    private String compression;

    @Option(names = "--multifd-channels", paramLabel = "N",
            description = "Only to negotiate: as many as the destination has set (2). Otherwise as many as come.")
    private String channels;

    @Option(names = "--max-bandwidth", paramLabel = "BYTES",
            description = "Bytes per second that leave over all channels, with K, M or G; 0 for no limit (0).")
    private String maxBandwidth;

    @Option(names = "--uuid", paramLabel = "UUID", description = "Relay no other VM than this (any).")
    private String uuid;

    @Mixin
    private final TlsRelayOptions tls = new TlsRelayOptions();

    @Option(names = "--timeout", paramLabel = "MS",
            description = "Milliseconds of silence on all connections after which a migration has failed (30000).")
    private String timeout;

    @Option(names = "--once", description = "End after one migration, with its exit code.")
    private boolean once;

    @Option(names = "--json", description = "Print JSON lines: listening, progress, summary, failed.")
    private boolean json;

    private final MethodOptions methodOptions = new MethodOptions();
    private final Console console;
    private final Registry load;
    private final Interruption interruption;
    private MethodRegistry registry;

    public RelayCommand(Console console, Registry load, Interruption interruption) {
        this.console = console;
        this.load = load;
        this.interruption = interruption;
    }

    /** Adds the options that the methods found declare; before the command line is parsed. */
    public void declareParameters(CommandSpec spec) throws MigrationException {
        registry = load.get();
        methodOptions.declare(spec, registry.parameters());
    }

    @Override
    public Integer call() throws MigrationException {
        console.serves(Purpose.MIGRATION);
        RelayReport report = new RelayReport(console, json);
        try (Relay relay = new Relay(registry, incoming(), parameters())) {
            interruption.onInterrupt(relay::cancel);
            report.listening(relay.listen(address, destination));
            load.noteProblems();
            do {
                relayOne(relay, report);
            } while (!once);
            return 0;
        }
    }

    private void relayOne(Relay relay, RelayReport report) throws MigrationException {
        report.next();
        try {
            report.summary(Watched.run(report.progressMillis(), () -> report.progress(relay.stats()), relay::relay));
        } catch (MigrationException e) {
            if (e.kind() == Kind.INTERRUPTED || once) {
                throw e;
            }
            report.failed(e);
            console.note("multifd: " + e.getMessage());
        }
    }

    private MigrationParameters incoming() throws MigrationException {
        MigrationParameters.Builder builder = MigrationParameters.builder();
        Given.set(builder, "uuid", uuid);
        tls.setIncoming(builder);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
    }

    private MigrationParameters parameters() throws MigrationException {
        MigrationParameters.Builder builder = MigrationParameters.builder();
        try {
            Given.set(builder, "multifd-compression", compression);
            Given.set(builder, "multifd-channels", channels);
            Given.set(builder, "timeout", timeout);
            if (maxBandwidth != null) {
                builder.set("max-bandwidth", ByteSize.parse("max-bandwidth", maxBandwidth));
            }
            tls.setOutgoing(builder);
            methodOptions.set(builder);
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
    }
}
