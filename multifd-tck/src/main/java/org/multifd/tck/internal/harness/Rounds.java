package org.multifd.tck.internal.harness;

/** Repetitions of one case: as many as planned, or fewer if the time is used up; some are always done. */
public final class Rounds {

    private static final int LEAST = 8;

    private final Budget budget;
    private final int planned;
    private int done;

    Rounds(Budget budget, int planned) {
        this.budget = budget;
        this.planned = planned;
    }

    /** Whether there is to be another one, which counts as done. */
    public boolean next() {
        if (done == planned || done >= LEAST && budget.used()) {
            return false;
        }
        done++;
        return true;
    }

    public int done() {
        return done;
    }

    /** What was left out, as in "20 of 1000 rounds: 20 s were used", or "". */
    public String note(String things) {
        return done == planned ? "" : done + " of " + planned + " " + things + ": " + budget.words();
    }
}
