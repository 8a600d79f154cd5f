package org.multifd.core.internal.channel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.multifd.api.ParameterValues;
import org.multifd.api.Standalone;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.FoundProvider;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.MethodUse;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.provider.Scope;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seats of one migration: finds its methods' providers, makes a {@link Seat} for each sender and receiver, and
 * gives a call up that does not return within {@code timeout}. The migration fails then, and its other threads no
 * longer wait for the one that is stuck. May be used by any thread.
 */
public final class Seats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Seats.class);

    /** So often the calls are looked at within their limit, but no less often than that. */
    private static final int LOOKS = 16;
    private static final int LONGEST_MILLIS = 100;

    /** A provider and what its set-ups are given. */
    private record Served(FoundProvider provider, ParameterValues values, Scope scope) {
    }

    private final Map<String, ?> parameters;
    private final int timeoutMillis;
    private final Failure failure;
    private final Map<Direction, Map<String, Served>> served = Map.of(Direction.SEND, new HashMap<>(),
            Direction.RECEIVE, new HashMap<>());
    private final List<Seat> seats = new CopyOnWriteArrayList<>();
    private final Timer timer;
    private Providers providers;
    private volatile long looks;

    /**
     * @param providers those that the migration uses from its beginning to its end
     * @param parameters the values of the methods' parameters, as the user gave them
     * @param timeoutMillis how long each call may take
     */
    public Seats(Providers providers, Map<String, ?> parameters, int timeoutMillis, Failure failure) {
        this.providers = providers;
        this.parameters = parameters;
        this.timeoutMillis = timeoutMillis;
        this.failure = failure;
        this.timer = Timer.every(Math.min(LONGEST_MILLIS, timeoutMillis / LOOKS + 1), this::look);
    }

    /** Checks that a method can send with its parameters. */
    public void check(String method) throws MigrationException {
        serving(method, Direction.SEND);
    }

    /** The version of the format in which a method sends. */
    public int formatVersion(String method) throws MigrationException {
        return serving(method, Direction.SEND).provider().formatVersion();
    }

    /**
     * Makes the seat of one channel's sender or receiver; nothing is set up.
     *
     * @param place channel and packet, for the message of a call that does not return
     */
    public Seat take(String method, Direction direction, Supplier<String> place) throws MigrationException {
        return take(method, direction, false, place);
    }

    /** As {@link #take}, for packets that each stand alone. */
    public Seat takeStandalone(String method, Direction direction, Supplier<String> place) throws MigrationException {
        standalone(method, direction);
        return take(method, direction, true, place);
    }

    /** How a method makes packets that stand alone. Fails for one that does not. */
    public Standalone standalone(String method, Direction direction) throws MigrationException {
        FoundProvider provider = serving(method, direction).provider();
        if (provider.standalone() == Standalone.NEVER) {
            throw new MigrationException(Kind.METHOD, "method " + method + " of " + provider.origin()
                    + ": its packets do not stand alone, expected a method whose packets do");
        }
        return provider.standalone();
    }

    private Seat take(String method, Direction direction, boolean standalone, Supplier<String> place)
            throws MigrationException {
        Served by = serving(method, direction);
        FoundProvider provider = by.provider();
        Seat seat = new Seat(new MethodUse(provider.methods(), provider.name(), provider.origin().toString(),
                provider.formatVersion(), by.values(), standalone, by.scope()), place);
        seats.add(seat);
        return seat;
    }

    private synchronized Served serving(String method, Direction direction) throws MigrationException {
        if (providers == null) {
            throw new IllegalStateException("method " + method
                    + ": received a set-up after the migration, expected none");
        }
        Map<String, Served> known = served.get(direction);
        Served by = known.get(method);
        if (by == null) {
            FoundProvider provider = providers.serving(method, direction);
            ParameterValues values = providers.values(provider.methods(), parameters);
            by = new Served(provider, values, provider.use());
            by.scope().retain();
            known.put(method, by);
        }
        return by;
    }

    private void look() {
        for (Seat seat : seats) {
            Thread stuck = seat.giveUp(TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            if (stuck != null) {
                Threads.giveUp(stuck);
                report(seat.overdue(timeoutMillis), seat.isClosing());
            }
        }
    }

    /** A log and what ends the migration can block: not on the timer. */
    private void report(MigrationException overdue, boolean closing) {
        Threads.worker(() -> {
            if (!closing) {
                failure.fail(overdue); // first: a log that is stuck must not keep the migration
            }
            LOG.warn("{}", overdue.getMessage());
        }, "multifd-overdue").start();
    }

    /**
     * A number that differs at each look while a provider's code is at work: nothing moves then, and it is not the
     * peer that is silent.
     */
    public long activity() {
        for (Seat seat : seats) {
            if (seat.isBusy()) {
                return ++looks;
            }
        }
        return looks;
    }

    /** Lets go of the providers: those that a rescan has given up meanwhile can be unloaded. */
    @Override
    public void close() {
        List<Served> leaving = new ArrayList<>();
        synchronized (this) {
            timer.close();
            seats.clear();
            served.values().forEach(each -> leaving.addAll(each.values()));
            served.values().forEach(Map::clear);
            providers = null;
        }
        leaving.forEach(each -> each.scope().release("method " + each.provider().name() + " of "
                + each.provider().origin()));
    }
}
