package org.multifd.core.internal.channel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first error of a migration: it wins and is what the user sees. What fails afterwards fails because of it and is
 * logged at debug level. Any thread.
 */
public final class Failure {

    private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

    private final List<Runnable> hooks = new ArrayList<>();
    private volatile Throwable first;

    /** Thrown where work stops because something else failed; the cause is the first error. */
    public static final class Aborted extends IOException {

        private static final long serialVersionUID = 1L;

        Aborted(Throwable first) {
            super("aborted: " + Text.reason(first), first);
        }
    }

    /** Notes an error; the first one runs the hooks, on this thread. */
    public void fail(Throwable error) {
        List<Runnable> run;
        synchronized (this) {
            if (first != null) {
                if (!(error instanceof Aborted)) {
                    LOG.debug("after the first error: {}", Text.reason(error));
                }
                return;
            }
            first = error;
            run = List.copyOf(hooks);
        }
        run.forEach(Failure::run);
    }

    /** A hook that fails must not keep the others from closing what is theirs. */
    private static void run(Runnable hook) {
        try {
            hook.run();
        } catch (RuntimeException | Error e) {
            LOG.error("after the first error", e);
        }
    }

    /** The first error, or null. */
    public Throwable first() {
        return first;
    }

    public void check() throws Aborted {
        Throwable error = first;
        if (error != null) {
            throw new Aborted(error);
        }
    }

    /** Runs {@code hook} when the first error comes, at once if it has come: it closes sockets and wakes who waits. */
    public void onFailure(Runnable hook) {
        synchronized (this) {
            if (first == null) {
                hooks.add(hook);
                return;
            }
        }
        hook.run();
    }
}
