package org.multifd.cli;

import java.util.List;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Logging;
import org.multifd.cli.provider.Registry;

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
        // a signal ends the JVM by itself, with 128 + its number, as soon as the hook is done
        Runtime.getRuntime().addShutdownHook(new Thread(cli::interrupt, "interrupt"));
        System.exit(cli.run(args));
    }
}
