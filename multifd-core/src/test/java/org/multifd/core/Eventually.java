package org.multifd.core;

import java.util.function.BooleanSupplier;

/** Waiting for what is going to happen: the test's own time limit, and nothing else, ends what waits in vain. */
public final class Eventually {

    /**
     * For the {@code timeout} of a migration that is to succeed, or to fail for another reason than silence: a machine
     * may be so busy that a peer says nothing for many seconds.
     */
    public static final int PATIENT_MILLIS = 240_000;
    private static final int LOOK_MILLIS = 1;

    private Eventually() {
    }

    /** Waits until the condition holds. */
    public static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(LOOK_MILLIS);
        }
    }
}
