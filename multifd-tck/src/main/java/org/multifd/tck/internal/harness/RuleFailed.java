package org.multifd.tck.internal.harness;

import org.multifd.tck.Rule;

/** A rule was broken; not always the one that was being checked. */
public final class RuleFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Rule rule;

    public RuleFailed(Rule rule, String reason) {
        this(rule, reason, null);
    }

    public RuleFailed(Rule rule, String reason, Throwable cause) {
        super(reason, cause);
        this.rule = rule;
    }

    public Rule rule() {
        return rule;
    }
}
