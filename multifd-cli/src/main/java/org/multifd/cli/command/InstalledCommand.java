package org.multifd.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.install.Installed;
import org.multifd.cli.install.ProviderStore;
import org.multifd.cli.provider.Registry;
import org.multifd.core.MigrationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code multifd installed}: what is in the user's directory of providers. */
@Command(name = "installed",
        customSynopsis = "multifd installed [OPTION...]",
        header = "List the providers in the user's directory, and where they came from.",
        description = {"Nothing is loaded: multifd methods tells what works."},
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n")
public final class InstalledCommand implements Callable<Integer> {

    @Option(names = "--json", description = "Print JSON lines: installed, failed.")
    private boolean json;

    private final Console console;

    public InstalledCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws MigrationException {
        Path home = Registry.userHome();
        List<Installed> all = ProviderStore.list(home);
        for (Installed each : all) {
            if (json) {
                Map<String, Object> line = Json.message("installed");
                line.put("name", each.name());
                line.put("path", each.path().toString());
                line.put("source", each.origin() == null ? "" : each.origin().source());
                line.put("repository", each.origin() == null ? "" : each.origin().repository());
                line.put("methods", each.origin() == null ? List.of()
                        : List.of(each.origin().methods().split(" ")));
                console.result(Json.line(line));
            } else {
                console.result(each.name() + "  " + each.source());
            }
        }
        if (all.isEmpty() && !json) {
            console.note("multifd: nothing is installed in " + home);
        }
        return 0;
    }
}
