package org.multifd.cli.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/** What came of a provider's rules, as far as they have been checked. */
public final class Verdict {

    private final Candidate provider;
    private final Map<Rule, RuleResult> results = new EnumMap<>(Rule.class);
    /** Those that were asked for and of which nothing was heard. */
    private final List<Rule> lost = new ArrayList<>();
    private String unusable = "";
    private int printed;
    private String firstPrinted = "";
    private double seconds;

    Verdict(Candidate provider) {
        this.provider = provider;
    }

    Candidate provider() {
        return provider;
    }

    /** Takes a result; of two for one rule, a failure stays. Returns false if that makes no difference. */
    boolean add(RuleResult result) {
        RuleResult known = results.get(result.rule());
        if (known != null && (known.outcome() == Outcome.FAILED || result.outcome() != Outcome.FAILED)) {
            return false;
        }
        results.put(result.rule(), result);
        return true;
    }

    boolean lacks(Rule rule) {
        return !results.containsKey(rule);
    }

    /** Nothing will be heard of a rule that was asked for. */
    void lose(Rule rule) {
        lost.add(rule);
    }

    void unusable(String why) {
        unusable = why;
    }

    void printed(int lines, String first) {
        firstPrinted = printed == 0 ? first : firstPrinted;
        printed += lines;
    }

    void took(double itsSeconds) {
        seconds = itsSeconds;
    }

    /** Why the method does not work here, or "" if it does or was not asked. */
    String unusable() {
        return unusable;
    }

    int printed() {
        return printed;
    }

    String firstPrinted() {
        return firstPrinted;
    }

    double seconds() {
        return seconds;
    }

    int count(Outcome outcome) {
        return (int) results.values().stream().filter(each -> each.outcome() == outcome).count();
    }

    List<Rule> broken() {
        return results.values().stream().filter(each -> each.outcome() == Outcome.FAILED).map(RuleResult::rule)
                .toList();
    }

    public boolean passed() {
        return word().equals("passed");
    }

    /** For programs: a rule without a result is none that has passed. */
    String word() {
        return !broken().isEmpty() ? "failed" : !unusable.isEmpty() ? "unusable" : lost.isEmpty() ? "passed"
                : "incomplete";
    }

    /** In half a sentence, if it has not passed. */
    public String fault() {
        String who = provider.provenance() + ": method " + provider.method();
        return switch (word()) {
            case "failed" -> who + " breaks " + numbers(broken());
            case "unusable" -> who + " is unusable here: " + unusable;
            default -> who + ": no result was received of " + numbers(lost) + ", and a rule without one has not passed";
        };
    }

    private static String numbers(List<Rule> rules) {
        return (rules.size() == 1 ? "rule " : "the rules ") + rules.stream().map(Rule::number)
                .collect(Collectors.joining(", "));
    }
}
