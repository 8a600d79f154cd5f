package org.multifd.tck;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells a hang from work: each case of a check is announced, and none may take longer than the deadline. That is far
 * above what any case needs; it is there so that a hang ends in a report.
 */
final class Watch {

    private final int seconds;
    private volatile long since = System.nanoTime();
    private volatile Supplier<String> what = () -> "";

    Watch(int seconds) {
        this.seconds = seconds;
    }

    int seconds() {
        return seconds;
    }

    /** The case that begins now; it is only put into words if it hangs. */
    void enter(Supplier<String> description) {
        what = description;
        since = System.nanoTime();
    }

    boolean expired() {
        return System.nanoTime() - since > TimeUnit.SECONDS.toNanos(seconds);
    }

    String what() {
        return what.get();
    }
}
