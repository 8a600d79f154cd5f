package org.multifd.core.internal.provider;

import org.multifd.api.Payload;

/**
 * How hard one channel's method is asked to compress: the one place where that is decided. It is as the parameters say
 * until somebody sets it. May be used by any thread; a packet sees what was set before it began.
 */
public final class Effort {

    private volatile int value = Payload.EFFORT_AS_SET;

    /** Returns what the next packet is told. */
    public int get() {
        return value;
    }

    /**
     * Sets what the next packets are told.
     *
     * @param effort 0..100, or {@link Payload#EFFORT_AS_SET}
     */
    public void set(int effort) {
        if (effort < Payload.EFFORT_AS_SET || effort > Payload.MOST_EFFORT) {
            throw new IllegalArgumentException("effort: received " + effort + ", expected " + Payload.LEAST_EFFORT
                    + ".." + Payload.MOST_EFFORT + ", or " + Payload.EFFORT_AS_SET + " for as the parameters say");
        }
        value = effort;
    }
}
