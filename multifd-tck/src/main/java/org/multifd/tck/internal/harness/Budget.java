package org.multifd.tck.internal.harness;

import java.util.concurrent.TimeUnit;

/** The time that one rule's repetitions may take: a slow method is tried less often, and the rule's line says so. */
public final class Budget {

    private final int seconds;
    private final long begin = System.nanoTime();

    public Budget(int seconds) {
        this.seconds = seconds;
    }

    public boolean used() {
        return left() <= 0;
    }

    /** Nanoseconds that are left. */
    public long left() {
        return begin + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime();
    }

    /** As much of a plan as there is time for. */
    public Rounds rounds(int planned) {
        return new Rounds(this, planned);
    }

    /** The end of a line that says what was left out. */
    String words() {
        return seconds + " s were used";
    }
}
