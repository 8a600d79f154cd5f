package org.multifd.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/** What came of a provider's rules, as far as they have been checked. */
final class Verdict {

    private final Candidate provider;
    private final Map<Rule, RuleResult> results = new EnumMap<>(Rule.class);
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
        return results.values().stream().filter(each -> each.outcome() == Outcome.FAILED).map(RuleResult::rule).toList();
    }

    boolean passed() {
        return unusable.isEmpty() && broken().isEmpty();
    }

    /** In half a sentence, if it has not passed. */
    String fault() {
        List<Rule> broken = broken();
        if (broken.isEmpty()) {
            return provider.provenance() + ": method " + provider.method() + " is unusable here: " + unusable;
        }
        return provider.provenance() + ": method " + provider.method() + " breaks "
                + (broken.size() == 1 ? "rule " : "the rules ")
                + broken.stream().map(Rule::number).collect(Collectors.joining(", "));
    }
}
