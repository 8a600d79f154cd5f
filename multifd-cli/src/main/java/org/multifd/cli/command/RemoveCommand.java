package org.multifd.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.multifd.cli.console.Console;
import org.multifd.cli.install.Installed;
import org.multifd.cli.install.ProviderStore;
import org.multifd.cli.provider.Registry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code multifd remove}: takes a provider out of the user's directory of providers. */
@Command(name = "remove",
        customSynopsis = "multifd remove [OPTION...] NAME",
        header = "Remove a provider from the user's directory of providers.",
        description = {"A migration that uses it runs to its end; the next one does not find it."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n")
public final class RemoveCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "Its name, as multifd installed lists it.")
    private String name;

    private final Console console;

    public RemoveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws MigrationException {
        Path home = Registry.userHome();
        if (name.indexOf('/') >= 0 || name.startsWith(".") || name.isEmpty()) {
            throw new MigrationException(Kind.USAGE, "name: received " + name
                    + ", expected one that multifd installed lists");
        }
        try (ProviderStore store = ProviderStore.open(home)) {
            Installed there = store.find(name);
            if (there == null) {
                String names = ProviderStore.list(home).stream().map(Installed::name)
                        .collect(Collectors.joining(", "));
                throw new MigrationException(Kind.FILE, name + ": is not in " + home + ", expected "
                        + (names.isEmpty() ? "a provider there, and there is none" : "one of " + names));
            }
            store.remove(name);
            console.result("removed " + name + ", " + there.source());
        }
        return 0;
    }
}
