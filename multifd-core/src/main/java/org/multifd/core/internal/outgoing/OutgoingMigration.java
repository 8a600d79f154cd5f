package org.multifd.core.internal.outgoing;

import java.io.IOException;
import java.util.Objects;
import org.multifd.core.DirtyLog;
import org.multifd.core.FileUri;
import org.multifd.core.Guest;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.FlightEvents;
import org.multifd.core.internal.migration.Callback;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Lifetime;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.outgoing.SourceState.Event;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Timer;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One migration at its source, over connections or into a file: rounds, the switchover, the end, and what is undone.
 */
public final class OutgoingMigration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutgoingMigration.class);

    private final Providers providers;
    private final MigrationParameters parameters;
    private final OutgoingRam ram;
    private final Guest guest;
    private final DirtyLog log;
    private final Rounds rounds;
    private final Failure failure = new Failure();
    private final SourceEnding ending;
    private final Progress progress = new Progress();
    private final Convergence convergence;
    private final Lifetime lifetime = new Lifetime();
    private OutgoingWay way;
    private MigrationStats sent;
    private long roundStart;
    private boolean takesLog;

    public OutgoingMigration(Providers providers, MigrationParameters parameters, OutgoingRam ram, DirtyLog log,
            Guest guest) {
        this.providers = providers;
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.ram = ram;
        this.guest = guest;
        this.log = Objects.requireNonNull(log, "log");
        this.ending = new SourceEnding(failure, parameters.timeout());
        RamBlocks blocks = ram.blocks();
        this.rounds = new Rounds(blocks, log);
        this.convergence = new Convergence(parameters, progress, blocks.pageSize());
        progress.ramBytes = blocks.length();
        progress.remainingPages = blocks.length() / blocks.pageSize();
        progress.pageSize = blocks.pageSize();
    }

    /** Migrates, on the calling thread. */
    public MigrationStats migrate(String uri) throws MigrationException {
        if (!lifetime.begin()) {
            throw new IllegalStateException("this migration was started or closed before, expected a new "
                    + "MigrationSource for each");
        }
        FlightEvents.Migration event = FlightEvents.migration();
        progress.start();
        Timer deadline = deadline();
        try {
            run(uri);
        } catch (IllegalArgumentException e) {
            failed(Errors.usage(e));
        } catch (Throwable e) { // whatever a guest, a log or a method throws: the migration has failed and is undone
            failed(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            try {
                if (deadline != null) {
                    deadline.close();
                }
                cleanUp();
                progress.record(event, true);
            } finally {
                lifetime.end();
            }
        }
        if (ending.state() != SourceState.COMPLETED) {
            throw error();
        }
        return stats();
    }

    private void failed(Throwable why) {
        ending.on(Event.ERROR, why);
        ending.on(Event.TOO_LONG, why); // if it was decided already, or cannot be decided here, this changes nothing
        failure.fail(why);
    }

    private void run(String uri) throws Exception {
        way = way(uri);
        failure.check();
        if (parameters.zeroCopySend() && !ram.isInFile()) {
            throw new MigrationException(Kind.USAGE,
                    "zero-copy-send: received on, expected off: only what lies in a file, a snapshot, can leave "
                    + "without a copy");
        }
        TakenLogs.take(log, "the migration to " + Text.oneLine(uri));
        takesLog = true;
        way.open();
        ending.enter(SourceState.ROUNDS);
        progress.state = MigrationStats.State.ACTIVE;
        take();
        rounds.all();
        sent = stats();
        roundStart = System.nanoTime();
        do {
            sendRound(false);
        } while (!readyToPause());
        sendLast();
    }

    /** Inside a round as well: a slow one may take hours. */
    private Timer deadline() {
        int millis = parameters.deadline();
        return millis == 0 ? null : Timer.after(millis, () -> ending.on(Event.DEADLINE, late(millis)));
    }

    private MigrationException late(int millis) {
        return ending.state() == SourceState.SETUP ? new MigrationException(Kind.PEER,
                "the migration was not set up within deadline " + millis + " ms; is the destination waiting there?")
                : convergence.givenUp("deadline " + millis + " ms");
    }

    private OutgoingWay way(String uri) throws MigrationException {
        if (!FileUri.isFile(uri)) {
            return new OutgoingSockets(Address.parseDestination(uri), providers, parameters, ram, rounds, progress,
                    failure, ending);
        }
        if (ram instanceof OutgoingMemory memory) {
            return new OutgoingFile(FileUri.parse(uri), providers, parameters, memory, rounds, progress, failure,
                    ending);
        }
        throw new MigrationException(Kind.USAGE, "address: received " + Text.quote(uri)
                + ", expected tcp:HOST:PORT or unix:PATH: a snapshot is in a file already, copy that");
    }

    private void sendRound(boolean last) throws IOException {
        FlightEvents.Round event = FlightEvents.round();
        progress.rounds++;
        long left = rounds.left();
        progress.remainingPages = left;
        LOG.debug("round {}: {} pages{}", progress.rounds, left, last ? ", the last" : "");
        way.send(last);
        failure.check();
        FlightEvents.finish(event, progress.rounds, left, last);
    }

    /** After a round: takes the next round's pages and says whether they fit the downtime limit. */
    private boolean readyToPause() throws MigrationException {
        MigrationStats before = sent;
        long startedAt = roundStart;
        sent = stats();
        roundStart = System.nanoTime();
        long dirtied = take();
        convergence.round(sent.normalPages() - before.normalPages(), sent.zeroPages() - before.zeroPages(), dirtied,
                roundStart - startedAt);
        long left = rounds.left();
        progress.remainingPages = left;
        if (convergence.fits(left)) {
            return true;
        }
        convergence.checkRounds();
        int percent = convergence.throttle();
        if (percent > 0) {
            LOG.debug("throttle {} %", percent);
            way.suspend(true);
            Callback.run("guest could not be throttled", () -> guest.throttle(percent));
            way.suspend(false);
        }
        return false;
    }

    /** Takes what the log, the embedding program's, has. */
    private long take() throws MigrationException {
        way.suspend(true);
        long given = rounds.take();
        way.suspend(false);
        return given;
    }

    private void sendLast() throws Exception {
        way.awaitPeer();
        long pausedAt = System.nanoTime();
        ending.enter(SourceState.SWITCHOVER);
        way.hurry(true);
        way.suspend(true);
        pause();
        way.suspend(false);
        take();
        sendRound(true);
        way.suspend(true);
        ram.takeEnd();
        way.suspend(false);
        way.finish();
        progress.downtimeNanos = System.nanoTime() - pausedAt;
        progress.remainingPages = 0;
    }

    private void pause() throws MigrationException {
        ending.guestPaused();
        Callback.run("guest could not be paused", guest::pause);
    }

    /** Threads and what they used; then what the guest gets back if it failed. */
    private void cleanUp() {
        SourceState state = ending.state();
        if (state != SourceState.COMPLETED) {
            giveBack(state);
        }
        if (way != null) {
            way.close();
        }
        ram.close();
        if (takesLog) {
            TakenLogs.release(log);
        }
        progress.end(switch (state) {
            case COMPLETED -> MigrationStats.State.COMPLETED;
            case UNKNOWN -> MigrationStats.State.UNKNOWN;
            default -> MigrationStats.State.FAILED;
        });
        if (state == SourceState.COMPLETED && failure.first() != null) {
            LOG.warn("after the migration had succeeded: {}", failure.first().getMessage());
        }
        if (state == SourceState.COMPLETED && convergence.throttled()) {
            undo("guest is still throttled", () -> guest.throttle(0));
        }
    }

    /**
     * The guest goes on here, at once: a method that is stuck must not keep it, and nothing can arrive any more. It
     * stays paused if it may run at the destination.
     */
    private void giveBack(SourceState state) {
        if (way != null) {
            way.abort();
        }
        if (convergence.throttled()) {
            undo("guest is still throttled", () -> guest.throttle(0));
        }
        undo("dirty log did not get back what was taken from it", rounds::putBack);
        if (ending.isGuestPaused() && state == SourceState.FAILED) {
            undo("guest could not be resumed and stays paused", guest::resume);
        }
    }

    /** The embedding program's code may fail, too: the first error stays the first. */
    private void undo(String failed, Callback.Action step) {
        try {
            step.run();
        } catch (Throwable e) { // and not only with exceptions; the next step is still to be done
            LOG.error("while undoing the migration: {}: {}", failed, Text.thrown(e), e);
        }
    }

    private MigrationException error() {
        if (ending.state() == SourceState.UNKNOWN) {
            return new MigrationException(Kind.UNKNOWN, "the destination did not say whether the guest runs there ("
                    + Errors.text(ending.why()) + "); " + (ram.isInFile()
                    ? "the snapshot is unchanged: check the destination before you start the guest again; if it has "
                            + "ended, see its own message: " + way.needs()
                    : "the guest stays paused here: check the destination, then resume it there or here"),
                    ending.why());
        }
        return way == null ? Errors.toMigration(failure.first(), Kind.METHOD) : way.failed();
    }

    public MigrationStats stats() {
        return progress.snapshot();
    }

    /** Has the migration end soon, unless the destination may have everything. */
    public void cancel() {
        ending.on(Event.CANCEL, Errors.cancelled());
    }

    /** Cancels, waits for the end unless this is the thread that works, and lets go of everything. */
    @Override
    public void close() {
        cancel();
        if (lifetime.close()) {
            ram.close();
        }
    }
}
