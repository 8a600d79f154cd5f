package org.multifd.core.internal.channel;

import java.util.function.Supplier;

/** Waiting for another thread of the migration. */
public final class Waiting {

    private Waiting() {
    }

    /** What {@code ready} gives once it is not null; it is asked again whenever {@code lock} is notified. */
    public static <T> T until(Object lock, Failure failure, Supplier<T> ready) throws Failure.Aborted {
        boolean interrupted = false;
        try {
            synchronized (lock) {
                while (true) {
                    failure.check();
                    T value = ready.get();
                    if (value != null) {
                        return value;
                    }
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
