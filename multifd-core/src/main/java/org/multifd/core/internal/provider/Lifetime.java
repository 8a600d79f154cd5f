package org.multifd.core.internal.provider;

import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a provider may still be used. It is released once: when nobody looks it up any more, and the last migration
 * that uses it has ended. May be used by any thread.
 */
final class Lifetime {

    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    /**
     * <table>
     * <caption>States of a provider</caption>
     * <tr><th>state</th><th>may be taken into use</th><th>left by</th></tr>
     * <tr><td>FOUND</td><td>yes</td><td>{@link #drop}</td></tr>
     * <tr><td>DROPPED</td><td>by a migration that began before</td><td>the last user</td></tr>
     * <tr><td>RELEASED</td><td>no</td><td>nothing</td></tr>
     * </table>
     */
    private enum State {
        FOUND, DROPPED, RELEASED
    }

    private final MultiFDMethods methods;
    private final String shown;
    private State state = State.FOUND;
    private int users;

    Lifetime(MultiFDMethods methods, String shown) {
        this.methods = methods;
        this.shown = shown;
    }

    /** Takes the provider into use; false if it was released. */
    synchronized boolean retain() {
        if (state == State.RELEASED) {
            return false;
        }
        users++;
        return true;
    }

    /** One user less. */
    void leave() {
        synchronized (this) {
            users--;
        }
        releaseIfUnused();
    }

    /** Nobody finds the provider any more. */
    void drop() {
        synchronized (this) {
            if (state == State.FOUND) {
                state = State.DROPPED;
            }
        }
        releaseIfUnused();
    }

    private void releaseIfUnused() {
        synchronized (this) {
            if (state != State.DROPPED || users > 0) {
                return;
            }
            state = State.RELEASED;
        }
        try {
            ProviderCall.start(methods.getClass().getClassLoader(), () -> {
                methods.release();
                return null;
            }).await();
        } catch (Throwable e) { // a provider may throw anything
            Failures.passFatal(e);
            LOG.warn("{}: release() failed: {}", shown, e instanceof ProviderCall.NoAnswer ? e.getMessage()
                    : Text.thrown(e));
        }
    }
}
