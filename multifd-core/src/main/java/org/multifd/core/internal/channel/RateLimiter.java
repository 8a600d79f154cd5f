package org.multifd.core.internal.channel;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds all channels of a migration together to {@code max-bandwidth}. */
public final class RateLimiter {

    private static final long LONGEST_PARK = TimeUnit.MILLISECONDS.toNanos(100);

    private final double nanosPerByte;
    private final Failure failure;
    private long free = System.nanoTime();

    /** @param bytesPerSecond 0 for no limit */
    public RateLimiter(long bytesPerSecond, Failure failure) {
        this.nanosPerByte = bytesPerSecond == 0 ? 0 : (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        this.failure = failure;
    }

    /** Waits until {@code bytes} may be written, or the migration fails. */
    public void acquire(long bytes) throws Failure.Aborted {
        if (nanosPerByte == 0) {
            return;
        }
        long start;
        synchronized (this) {
            long now = System.nanoTime();
            start = free - now > 0 ? free : now;
            free = start + (long) (bytes * nanosPerByte);
        }
        for (long wait; (wait = start - System.nanoTime()) > 0;) {
            failure.check();
            LockSupport.parkNanos(this, Math.min(wait, LONGEST_PARK));
        }
    }
}
