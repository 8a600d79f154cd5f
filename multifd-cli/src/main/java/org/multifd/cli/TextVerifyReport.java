package org.multifd.cli;

import java.util.List;
import java.util.Locale;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/** For people: a line for each rule as it comes, with its detail below. */
final class TextVerifyReport implements VerifyReport {

    private static final String ROW = "%-4s %-12s %s";
    private static final int INDENT = 18;

    private final Console console;
    private Verdict shown;

    TextVerifyReport(Console console) {
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
    public void result(Verdict verdict, RuleResult result, double seconds) {
        if (shown != verdict) {
            head(verdict);
        }
        console.result(String.format(ROW, result.rule().number(), word(result.outcome()), result.rule().title()));
        if (!result.detail().isEmpty()) {
            Paragraph.of(result.detail(), INDENT, console.columns()).forEach(console::result);
        }
    }

    private void head(Verdict verdict) {
        if (shown != null) {
            console.result("");
        }
        shown = verdict;
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
