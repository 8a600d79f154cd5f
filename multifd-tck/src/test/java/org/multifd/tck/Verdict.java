package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import org.multifd.api.MultiFDMethods;

/** What the kit says of a method that breaks one rule. */
final class Verdict {

    /** Seconds for a rule, so that a busy machine leaves nothing out. */
    static final int PATIENCE = 600;

    private Verdict() {
    }

    /** The reason of the only rule that failed, without the seed. */
    static String onlyFailure(Rule rule, Supplier<MultiFDMethods> methods) {
        return onlyFailure(rule, 300, methods);
    }

    /** As {@link #onlyFailure(Rule, Supplier)}, with as many rounds of hostile payloads. */
    static String onlyFailure(Rule rule, int hostileRounds, Supplier<MultiFDMethods> methods) {
        return onlyFailureOf(new Subject() {
            @Override
            public MultiFDMethods methods() {
                return methods.get();
            }

            @Override
            public int hostileRounds() {
                return hostileRounds;
            }

            @Override
            public int budgetSeconds() {
                return PATIENCE;
            }
        }, rule);
    }

    static String onlyFailureOf(Subject subject, Rule rule) {
        EnumSet<Rule> rules = EnumSet.allOf(Rule.class);
        if (rule != Rule.RULE_2_4) {
            rules.remove(Rule.RULE_2_4); // takes its time, on a busy machine most of all
        }
        Report report = new Conformance(subject).run(rules);
        // The methods of these tests have no jar of their own: ProviderFilesTest is about rule 1.7.
        List<RuleResult> failed = report.results().stream()
                .filter(r -> r.outcome() == RuleResult.Outcome.FAILED && r.rule() != Rule.RULE_1_7).toList();
        assertEquals(List.of(rule), failed.stream().map(RuleResult::rule).toList(), String.join("\n", report.lines()));
        String seed = " (seed 20190801)";
        String detail = failed.get(0).detail();
        assertEquals(seed, detail.substring(detail.length() - seed.length()), detail);
        return detail.substring(0, detail.length() - seed.length());
    }
}
