package org.multifd.tck;

/** A rule was broken; not always the one that was being checked. */
final class RuleFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Rule rule;

    RuleFailed(Rule rule, String reason) {
        this(rule, reason, null);
    }

    RuleFailed(Rule rule, String reason, Throwable cause) {
        super(reason, cause);
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }
}
