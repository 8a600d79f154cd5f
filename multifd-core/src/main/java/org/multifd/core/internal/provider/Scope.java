package org.multifd.core.internal.provider;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.multifd.api.MultiFDException;
import org.multifd.api.SharedMaker;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the channels of one migration share of one provider in one direction. It is in use from its first user to its
 * last one; then what was made is closed, the latest first. May be used by any thread.
 */
public final class Scope {

    private static final Logger LOG = LoggerFactory.getLogger(Scope.class);

    private final Runnable ended;
    private final Map<Class<?>, AutoCloseable> made = new LinkedHashMap<>();
    private int users;

    /** @param ended is run when the last user has gone and all is closed */
    public Scope(Runnable ended) {
        this.ended = ended;
    }

    /** Gives the object of a type; the first that asks has it made, and the others wait for it. */
    synchronized <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        AutoCloseable known = made.get(type);
        if (known != null) {
            return type.cast(known);
        }
        if (users == 0) {
            throw new IllegalStateException("received a question for a shared " + type.getSimpleName()
                    + " after the last channel was closed, expected it during set-up");
        }
        T object = maker.make();
        if (object == null) {
            throw new IllegalStateException("received null from the maker of a shared " + type.getSimpleName()
                    + ", expected an object");
        }
        made.put(type, object);
        return object;
    }

    /** Has one user more. */
    public synchronized void retain() {
        users++;
    }

    /**
     * Has one user less. The last one closes what was made, each in a thread of its own that is waited for a while.
     *
     * @param method names the method and its provider, for the log
     */
    public void release(String method) {
        Deque<AutoCloseable> closing = new ArrayDeque<>();
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
            made.values().forEach(closing::push);
            made.clear();
        }
        closing.forEach(each -> close(each, method));
        ended.run();
    }

    private static void close(AutoCloseable object, String method) {
        try {
            ProviderCall.start(object.getClass().getClassLoader(), () -> {
                object.close();
                return null;
            }).await();
        } catch (Throwable e) { // a provider may throw anything
            Failures.passFatal(e);
            LOG.warn("{}: the close of a shared {} failed: {}", method, object.getClass().getSimpleName(),
                    e instanceof ProviderCall.NoAnswer ? e.getMessage() : Text.thrown(e));
        }
    }
}
