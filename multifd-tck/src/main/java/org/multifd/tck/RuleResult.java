package org.multifd.tck;

import java.util.Objects;

/**
 * What came of one rule.
 *
 * @param rule the rule
 * @param outcome passed, failed or not checkable here
 * @param detail one line: why it failed or could not be checked; for a passed one what was or was not seen, or empty
 * @param cause the failure of another rule that came in the way, or null
 */
public record RuleResult(Rule rule, Outcome outcome, String detail, RuleResult cause) {

    /** The three ends of a check. */
    public enum Outcome {
        /** The rule was tried and held. */
        PASSED("passed"),
        /** The rule was broken. */
        FAILED("FAILED"),
        /** The rule could not be tried here; the detail says why. */
        NOT_CHECKABLE("not checkable");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * Checks that there is something to show.
     *
     * @param rule the rule
     * @param outcome its outcome
     * @param detail one line, or empty
     * @param cause the failure of another rule, or null
     */
    public RuleResult {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(detail, "detail");
    }

    static RuleResult passed(Rule rule, String note) {
        return new RuleResult(rule, Outcome.PASSED, note, null);
    }

    static RuleResult failed(Rule rule, String reason) {
        return new RuleResult(rule, Outcome.FAILED, reason, null);
    }

    static RuleResult notCheckable(Rule rule, String why) {
        return new RuleResult(rule, Outcome.NOT_CHECKABLE, why, null);
    }

    static RuleResult blocked(Rule rule, RuleResult cause) {
        String why = "rule " + cause.rule().number() + " fails first: " + cause.detail();
        return new RuleResult(rule, Outcome.NOT_CHECKABLE, why, cause);
    }

    /**
     * The result as a line for people.
     *
     * @return number, outcome, the rule, the detail
     */
    public String line() {
        String head = String.format("%s  %-13s  %s", rule.number(), outcome, rule.title());
        return detail.isEmpty() ? head : head + ": " + detail;
    }
}
