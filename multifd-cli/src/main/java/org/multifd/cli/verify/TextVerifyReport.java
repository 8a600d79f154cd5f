package org.multifd.cli.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Paragraph;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/** For people: a line for each rule as it comes, with its detail below. */
public final class TextVerifyReport implements VerifyReport {

    private static final String ROW = "%-4s %-12s %s";
    private static final int INDENT = 18;

    /** How the kit begins the detail of a rule that another one's failure came in the way of. */
    private static final Pattern BLOCKED = Pattern.compile("rule (\\d\\.\\d) fails first:");

    private final Console console;
    /** The rules of this provider whose failure has been shown in full. */
    private final Set<String> told = new HashSet<>();
    private Verdict shown;

    public TextVerifyReport(Console console) {
        this.console = console;
    }

    @Override
    public void problem(String path, String message) {
        console.result("broken: " + path);
        Paragraph.of(message, INDENT, console.columns()).forEach(console::result);
    }

    @Override
    public void checking(Verdict verdict, Rule rule, double seconds) {
        console.status(String.format(Locale.ROOT, "%s %s, %.0f s", rule.number(), rule.title(), seconds));
    }

    @Override
    public void progress(String line) {
        console.progress(line);
    }

    @Override
    public void result(Verdict verdict, RuleResult result, double seconds) {
        if (shown != verdict) {
            head(verdict);
        }
        console.result(String.format(ROW, result.rule().number(), word(result.outcome()), result.rule().title()));
        String detail = detail(result);
        if (!detail.isEmpty()) {
            Paragraph.of(detail, INDENT, console.columns()).forEach(console::result);
        }
    }

    /** One failure can come in the way of twenty rules: its words stand there once. */
    private String detail(RuleResult result) {
        Matcher blocked = BLOCKED.matcher(result.detail());
        if (result.outcome() == Outcome.FAILED) {
            told.add(result.rule().number());
        } else if (blocked.lookingAt() && !told.add(blocked.group(1))) {
            return blocked.group().replace(":", "");
        }
        return result.detail();
    }

    private void head(Verdict verdict) {
        if (shown != null) {
            console.result("");
        }
        shown = verdict;
        told.clear();
        Candidate provider = verdict.provider();
        console.result(provider.method() + "  " + provider.provenance() + ", API " + provider.apiVersion());
        console.result("  " + provider.location());
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "passed";
            case FAILED -> "FAILED";
            case NOT_CHECKABLE -> "not checked";
        };
    }

    @Override
    public void verdict(Verdict verdict, long seed) {
        if (verdict.printed() > 0) {
            String note = "note: it printed " + verdict.printed() + (verdict.printed() == 1 ? " line" : " lines")
                    + " to standard output, where results belong: " + verdict.firstPrinted();
            Paragraph.of(note, 0, console.columns()).forEach(console::result);
        }
        console.result(String.format(Locale.ROOT, "%s: %d passed, %d failed, %d not checked in %.1f s; seed %d",
                verdict.provider().method(), verdict.count(Outcome.PASSED), verdict.count(Outcome.FAILED),
                verdict.count(Outcome.NOT_CHECKABLE), verdict.seconds(), seed));
    }

    @Override
    public void summary(List<Verdict> verdicts, int problems) {
        // what did not pass is the command's one line at the end
    }
}
