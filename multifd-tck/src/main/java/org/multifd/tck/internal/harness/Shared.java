package org.multifd.tck.internal.harness;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.multifd.api.MultiFDException;
import org.multifd.api.SharedMaker;
import org.multifd.tck.Rule;

/** What the channels of one direction share while a rule is checked. */
public final class Shared {

    private final Map<Class<?>, AutoCloseable> made = new LinkedHashMap<>();

    synchronized <T extends AutoCloseable> T get(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        AutoCloseable known = made.get(type);
        if (known != null) {
            return type.cast(known);
        }
        T object = maker.make();
        if (object == null) {
            throw new RuleFailed(Rule.RULE_4_5, "the maker of a shared " + type.getSimpleName() + " gave null");
        }
        made.put(type, object);
        return object;
    }

    /** How many objects there are. */
    public synchronized int count() {
        return made.size();
    }

    /** Closes all of them, the latest first, as core does behind the last channel. */
    public synchronized void close() {
        Deque<AutoCloseable> closing = new ArrayDeque<>();
        made.values().forEach(closing::push);
        made.clear();
        for (AutoCloseable each : closing) {
            try {
                each.close();
            } catch (Throwable e) {
                throw new RuleFailed(Rule.RULE_4_5, "the close of a shared " + each.getClass().getSimpleName()
                        + " threw " + Words.of(e), e);
            }
        }
    }
}
