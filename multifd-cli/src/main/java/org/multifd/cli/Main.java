package org.multifd.cli;

import java.util.List;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Logging;
import org.multifd.cli.console.StandardOutput;
import org.multifd.cli.provider.Registry;
import org.multifd.cli.run.JvmExit;
import org.multifd.core.MigrationException.Kind;

/** The process. */
public final class Main {

    private Main() {
    }

    /**
     * Runs one command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        Logging.configure(List.of(args));
        Cli cli = new Cli(Console.system(), Registry::find);
        StandardOutput.keepForResults();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> atExit(cli), "interrupt"));
        System.exit(cli.run(args));
    }

    /**
     * A signal ends the JVM by itself, with 128 + its number. A provider's System.exit(0) must not be taken for
     * success.
     */
    private static void atExit(Cli cli) {
        if (cli.jvmEnds()) {
            JvmExit.awaitOtherHooks();
            Runtime.getRuntime().halt(Kind.INTERNAL.exitCode());
        }
    }
}
