package org.multifd.tck;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells a hang from work: each case of a check is announced, and none may take longer than the deadline. That is far
 * above what any case needs; it is there so that a hang ends in a report.
 */
final class Watch {

    /** A case: what it is in words, and the rule that is broken if it hangs, null for the one being checked. */
    private record Step(Rule blame, Supplier<String> what, long since) {
    }

    private final int seconds;
    private volatile Step step = new Step(null, () -> "", System.nanoTime());
    private volatile boolean abandoned;

    Watch(int seconds) {
        this.seconds = seconds;
    }

    int seconds() {
        return seconds;
    }

    /** The case that begins now; it is only put into words if it hangs. */
    void enter(Supplier<String> description) {
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
    <T> T during(Rule blame, String description, Supplier<T> work) {
        Step around = step;
        enter(blame, () -> description);
        T result = work.get();
        enter(around.blame, around.what);
        return result;
    }

    boolean expired() {
        return System.nanoTime() - step.since > TimeUnit.SECONDS.toNanos(seconds);
    }

    void abandon() {
        abandoned = true;
    }

    String what() {
        return step.what.get();
    }

    Rule blame() {
        return step.blame;
    }
}
