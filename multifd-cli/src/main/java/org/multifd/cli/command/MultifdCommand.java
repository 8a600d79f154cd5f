package org.multifd.cli.command;

import java.util.concurrent.Callable;
import org.multifd.api.MultiFDApi;
import org.multifd.cli.provider.Provenance;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The top level: what all commands share. */
@Command(name = "multifd",
        descriptionHeading = "%n",
        description = {"Moves a virtual machine's RAM over several compressed connections, as QEMU's multifd does. "
            + "Compression methods are plugins."},
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = MultifdCommand.Version.class,
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:done",
            "  1:internal error, or RAM that differs",
            "  2:wrong usage: an argument or a parameter",
            "  3:the peer or the connection to it failed",
            "  4:what the peer sent is not valid, or not supported",
            "  5:no usable method; verify: broken, unusable here, or breaks a rule",
            "  6:a file is missing, in the way or damaged, or there is no space",
            "  7:TLS, or the peer's identity",
            "130:interrupted"},
        footer = {"%nStart with: multifd demo", "More about a command: multifd COMMAND --help"})
public final class MultifdCommand implements Callable<Integer> {

    public static final String NAMES = "demo, methods, receive, send, convert, relay, inspect, bench, verify, "
            + "new-provider, install, installed or remove";

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT,
            description = "Show this help and end.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and end.")
    private boolean version;

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT,
            description = "Log what happens (-vv: each packet), and show where a failure comes from.")
    private boolean[] verbose;

    public boolean verbose() {
        return verbose != null;
    }

    @Override
    public Integer call() throws MigrationException {
        throw new MigrationException(Kind.USAGE, "no command given, expected " + NAMES + "; see multifd --help");
    }

    /** The module's version, as the build has written it. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"multifd " + Provenance.ofThis() + " (API " + MultiFDApi.VERSION + ", Java "
                + Runtime.version().feature() + ")"};
        }
    }
}
