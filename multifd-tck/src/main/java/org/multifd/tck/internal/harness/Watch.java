package org.multifd.tck.internal.harness;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.multifd.tck.Rule;

/**
 * Tells a hang from work: each case of a check is announced, and none may take longer than the deadline. That is far
 * above what any case needs; it is there so that a hang ends in a report.
 */
public final class Watch {

    /** A case: what it is in words, and the rule that is broken if it hangs, null for the one being checked. */
    private record Step(Rule blame, Supplier<String> what, long since) {
    }

    private final int seconds;
    private volatile Step step = new Step(null, () -> "", System.nanoTime());
    private volatile boolean abandoned;

    public Watch(int seconds) {
        this.seconds = seconds;
    }

    public int seconds() {
        return seconds;
    }

    /** The case that begins now; it is only put into words if it hangs. */
    public void enter(Supplier<String> description) {
        enter(null, description);
    }

    private void enter(Rule blame, Supplier<String> description) {
        if (abandoned) {
            // the check hung, was reported and came back after all: it must not run beside the next one
            throw new IllegalStateException("the check was given up");
        }
        step = new Step(blame, description, System.nanoTime());
    }

    /** A case within another one, whose hang breaks a rule of its own. */
    public <T> T during(Rule blame, String description, Callable<T> work) throws Exception {
        Step around = step;
        enter(blame, () -> description);
        try {
            return work.call();
        } finally {
            enter(around.blame, around.what);
        }
    }

    public boolean expired() {
        return System.nanoTime() - step.since > TimeUnit.SECONDS.toNanos(seconds);
    }

    public void abandon() {
        abandoned = true;
    }

    public String what() {
        return step.what.get();
    }

    public Rule blame() {
        return step.blame;
    }
}
