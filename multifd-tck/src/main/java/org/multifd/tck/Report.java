package org.multifd.tck;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of all rules.
 *
 * @param method the method's name, or what stood in its place
 * @param provider the provider's class
 * @param seed where the random numbers came from
 * @param results one for each rule, in the contract's order
 */
public record Report(String method, String provider, long seed, List<RuleResult> results) {

    /**
     * Keeps a copy of the results.
     *
     * @param method the method's name
     * @param provider the provider's class
     * @param seed the seed
     * @param results the results
     */
    public Report {
        results = List.copyOf(results);
    }

    /**
     * Whether the provider keeps to the contract as far as it was checked.
     *
     * @return true if no rule failed
     */
    public boolean passed() {
        return count(RuleResult.Outcome.FAILED) == 0;
    }

    /**
     * Counts the rules that ended in one way.
     *
     * @param outcome which way
     * @return how many
     */
    public int count(RuleResult.Outcome outcome) {
        return (int) results.stream().filter(r -> r.outcome() == outcome).count();
    }

    /**
     * The report for people: a line for each rule, then the sum.
     *
     * @return the lines
     */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        results.forEach(r -> lines.add(r.line()));
        lines.add(String.format("%s (%s): %d passed, %d failed, %d not checkable here; seed %d", method, provider,
                count(RuleResult.Outcome.PASSED), count(RuleResult.Outcome.FAILED),
                count(RuleResult.Outcome.NOT_CHECKABLE), seed));
        return lines;
    }
}
