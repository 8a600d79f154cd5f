package org.multifd.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Console.Purpose;
import org.multifd.cli.console.Logging;
import org.multifd.cli.option.WholeNumber;
import org.multifd.cli.run.Interruption;
import org.multifd.cli.verify.Examination;
import org.multifd.cli.verify.JsonVerifyReport;
import org.multifd.cli.verify.KitSettings;
import org.multifd.cli.verify.Rules;
import org.multifd.cli.verify.TextVerifyReport;
import org.multifd.cli.verify.VerifyReport;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.tck.Rule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code multifd verify}: whether providers keep the contract, rule by rule. */
@Command(name = "verify",
        customSynopsis = "multifd verify [OPTION...] JAR|DIR...",
        header = "Check whether a provider keeps the contract, rule by rule.",
        description = {
            "Each provider is loaded as a module layer of its own, in a process of its own, and tried by the "
                + "conformance kit. A rule has passed, FAILED or was not checked; the line below says why, and what "
                + "was not seen although it passed. The rules by their numbers: docs/reference/provider-contract.md."},
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions (defaults in parentheses):%n")
public final class VerifyCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 3600;
    private static final int MOST_BUDGET = 86_400;
    private static final int MOST_PACKETS = 100_000_000;

    @Parameters(paramLabel = "JAR|DIR", arity = "1..*",
            description = "A provider's jar, the directory of its jars, or a directory of such things.")
    private List<Path> paths;

    @Option(names = "--rule", paramLabel = "N.N",
            description = "Check this rule only, as in 2.4; can be repeated (all rules).")
    private List<String> numbers = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Where random pages and payloads come from (20190801).")
    private String seed = "20190801";

    @Option(names = "--deadline", paramLabel = "SECONDS",
            description = "How long one step of a check may take before it counts as a hang, 1..3600 (20).")
    private String deadline = "20";

    @Option(names = "--packets", paramLabel = "N",
            description = "Send and compare so many packets in a long run, 1..100000000 (1500, as far as the budget "
                    + "goes).")
    private String packets;

    @Option(names = "--budget", paramLabel = "SECONDS",
            description = "How long the repetitions of one rule may go on, 1..86400 (20); what was left out is said.")
    private String budget = "20";

    @Option(names = "--json", description = "Print JSON lines: rule, provider, problem, summary, failed.")
    private boolean json;

    private final Console console;
    private final Interruption interruption;

    public VerifyCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws MigrationException {
        console.serves(Purpose.CHECK);
        VerifyReport report = json ? new JsonVerifyReport(console) : new TextVerifyReport(console);
        Examination examination = examination(report);
        interruption.onInterrupt(examination::cancel);
        for (Path each : paths) {
            examination.run(each);
        }
        report.summary(examination.verdicts(), examination.problems());
        List<String> faults = new ArrayList<>();
        examination.verdicts().stream().filter(verdict -> !verdict.passed()).forEach(each -> faults.add(each.fault()));
        if (examination.problems() > 0) {
            faults.add(examination.problems() == 1 ? "a provider could not be loaded"
                    : examination.problems() + " providers could not be loaded");
        }
        if (!faults.isEmpty()) {
            throw new MigrationException(Kind.METHOD, String.join("; ", faults));
        }
        return 0;
    }

    private Examination examination(VerifyReport report) throws MigrationException {
        for (Path each : paths) {
            if (!Files.exists(each)) {
                throw new MigrationException(Kind.USAGE, "received the provider path " + each
                        + ", expected a jar or a directory: there is no such file");
            }
        }
        try {
            Set<Rule> rules = numbers.isEmpty() ? EnumSet.allOf(Rule.class) : Rules.of(numbers);
            long seconds = WholeNumber.parse("deadline", deadline, 1, MOST_SECONDS);
            List<String> logging = Logging.verbosity() == 0 ? List.of()
                    : List.of('-' + "v".repeat(Logging.verbosity()));
            long longRun = packets == null ? 0 : WholeNumber.parse("packets", packets, 1, MOST_PACKETS);
            return new Examination(report, console::note, logging, rules,
                    new KitSettings(WholeNumber.parse("seed", seed), (int) seconds, (int) longRun,
                            (int) WholeNumber.parse("budget", budget, 1, MOST_BUDGET)));
        } catch (IllegalArgumentException e) {
            throw new MigrationException(Kind.USAGE, e.getMessage(), e);
        }
    }
}
