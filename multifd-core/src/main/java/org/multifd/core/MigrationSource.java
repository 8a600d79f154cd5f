package org.multifd.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.FlightEvents;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.outgoing.Convergence;
import org.multifd.core.internal.outgoing.OutgoingFile;
import org.multifd.core.internal.outgoing.OutgoingMemory;
import org.multifd.core.internal.outgoing.OutgoingRam;
import org.multifd.core.internal.outgoing.OutgoingSnapshot;
import org.multifd.core.internal.outgoing.OutgoingSockets;
import org.multifd.core.internal.outgoing.OutgoingWay;
import org.multifd.core.internal.outgoing.Rounds;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.snapshot.SnapshotException;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a live guest's RAM to a {@link MigrationDestination}, or into a file: round after round over what became dirty
 * meanwhile, then, when what is left fits the downtime limit, the guest is paused for the last round and its device state. It
 * has succeeded only when the destination has confirmed that all was loaded, or when the file is complete and on the disk.
 *
 * <p>One object is one migration. {@link #migrate} works on the calling thread, the migration's main thread, with a thread
 * per channel beside it; {@link #stats} and {@link #cancel} are for any thread. Interrupting the calling thread cancels.
 */
public final class MigrationSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationSource.class);

    private final MethodRegistry registry;
    private final MigrationParameters parameters;
    private final OutgoingRam ram;
    private final Guest guest;
    private final Rounds rounds;
    private final Failure failure = new Failure();
    private final Progress progress = new Progress();
    private final Convergence convergence;
    private final AtomicBoolean used = new AtomicBoolean();
    private OutgoingWay way;
    private long sentPages;
    private long roundStart;
    private long pausedAt;
    private boolean succeeded;

    /**
     * Prepares a migration; nothing happens before {@link #migrate}.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param ram the guest's RAM, read by several threads until {@link #migrate} returns
     * @param log which of its pages become dirty
     * @param guest what to pause
     */
    public MigrationSource(MethodRegistry registry, MigrationParameters parameters, GuestRam ram, DirtyLog log, Guest guest) {
        this(registry, parameters, new OutgoingMemory(ram.ramBlocks(), Objects.requireNonNull(guest, "guest")), log, guest);
    }

    MigrationSource(MethodRegistry registry, MigrationParameters parameters, OutgoingRam ram, DirtyLog log, Guest guest) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.ram = ram;
        this.guest = guest;
        RamBlocks blocks = ram.blocks();
        this.rounds = new Rounds(blocks, Objects.requireNonNull(log, "log"));
        this.convergence = new Convergence(parameters, progress, blocks.pageSize());
        progress.ramBytes = blocks.length();
        progress.pageSize = blocks.pageSize();
    }

    /**
     * As {@link #fromFile(MethodRegistry, MigrationParameters, FileUri)}, from the file's beginning.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param file the snapshot
     * @return a migration that has not begun
     * @throws MigrationException as there
     */
    public static MigrationSource fromFile(MethodRegistry registry, MigrationParameters parameters, Path file)
            throws MigrationException {
        return fromFile(registry, parameters, FileUri.of(file));
    }

    /**
     * Prepares to bring a snapshot back to life: a mapped-ram file, of a {@link MigrationDestination} or of a QEMU from 9.0
     * on, is to migrate into a QEMU or a destination of ours that waits for it. The machine type in the file decides what
     * the stream looks like, unless {@code sync-rule} and {@code zero-page-detection} are given; without the parameter
     * {@code uuid} the file's is used, if it has one. All of the file but its pages is read and checked here; it stays open
     * until {@link #migrate} has returned or {@link #close} is called, and must not change until then.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param file the snapshot
     * @return a migration that has not begun
     * @throws MigrationException of kind {@code FILE} if there is no such file, or if it is damaged or something else: one
     *     line says what and where
     */
    public static MigrationSource fromFile(MethodRegistry registry, MigrationParameters parameters, FileUri file)
            throws MigrationException {
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(parameters, "parameters");
        try {
            return new MigrationSource(registry, parameters,
                    new OutgoingSnapshot(Snapshot.open(file.path(), file.offset()), parameters.zeroCopySend()),
                    OutgoingSnapshot.CLEAN, OutgoingSnapshot.STOPPED);
        } catch (SnapshotException e) {
            throw Errors.toMigration(e, Kind.FILE);
        }
    }

    /**
     * Migrates. Returns when the destination has confirmed that RAM and device state are complete; the guest stays paused
     * then, it lives on at the destination. After a failure the dirty log has got every mark back and a paused guest was
     * resumed.
     *
     * <p>Into a file, QEMU's mapped-ram, the channels write every page to its own place, so the file grows no further with
     * more rounds; there is no compression. Each round ends with its pages on the disk. {@code file:PATH} must not exist: it
     * appears when it is complete and synced, and after a failure there is nothing. {@code file:PATH,offset=N} is written in
     * place, and made if there is none: what is before the offset, a program's own header, is left alone; there must be
     * nothing behind it. Until it is complete, and after a failure, no snapshot is found at the offset; a file that was made
     * here is deleted then, any other one cut off at the offset. What goes wrong with the file has the kind {@code FILE}.
     *
     * @param uri where the destination listens, {@code tcp:host:port} or {@code unix:/path}; or a file as {@link FileUri}
     *     describes it, unless it is a snapshot that migrates
     * @return the final figures
     * @throws MigrationException of the kind that says whose matter it is, with one line
     * @throws IllegalStateException if this object was used before
     */
    public MigrationStats migrate(String uri) throws MigrationException {
        if (used.getAndSet(true)) {
            throw new IllegalStateException("this migration was started or closed before, expected a new MigrationSource for each");
        }
        FlightEvents.Migration event = FlightEvents.migration();
        progress.start();
        try {
            run(uri);
            succeeded = true;
        } catch (IllegalArgumentException e) {
            failure.fail(Errors.usage(e));
        } catch (Throwable e) { // whatever a guest, a log or a method throws: the migration has failed and is undone
            failure.fail(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            cleanUp();
            progress.record(event, true);
        }
        if (!succeeded) {
            throw way == null ? Errors.toMigration(failure.first(), Kind.METHOD) : way.failed();
        }
        return stats();
    }

    private void run(String uri) throws Exception {
        way = way(uri);
        failure.check();
        if (parameters.zeroCopySend() && !ram.isInFile()) {
            throw new MigrationException(Kind.USAGE, "zero-copy-send: received on, expected off: only what lies in a file, a"
                    + " snapshot, can leave without a copy");
        }
        way.open();
        progress.state = MigrationStats.State.ACTIVE;
        take();
        rounds.all();
        roundStart = System.nanoTime();
        sendRound(false);
        while (!readyToPause()) {
            sendRound(false);
        }
        sendLast();
    }

    private OutgoingWay way(String uri) throws MigrationException {
        if (!FileUri.isFile(uri)) {
            return new OutgoingSockets(Address.parseDestination(uri), registry.providers(), parameters, ram, rounds, progress, failure);
        }
        if (ram instanceof OutgoingMemory memory) {
            return new OutgoingFile(FileUri.parse(uri), registry.providers(), parameters, memory, rounds, progress, failure);
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
        long sentBefore = sentPages;
        long startedAt = roundStart;
        sentPages = stats().normalPages();
        roundStart = System.nanoTime();
        long dirtied = take();
        convergence.round(sentPages - sentBefore, dirtied, roundStart - startedAt);
        long left = rounds.left();
        progress.remainingPages = left;
        if (convergence.fits(left)) {
            return true;
        }
        convergence.checkLimits(left);
        int percent = convergence.throttle();
        if (percent > 0) {
            LOG.debug("throttle {} %", percent);
            way.suspend(true);
            guest.throttle(percent);
            way.suspend(false);
        }
        return false;
    }

    /** The log is the embedding program's. */
    private long take() {
        way.suspend(true);
        long given = rounds.take();
        way.suspend(false);
        return given;
    }

    private void sendLast() throws Exception {
        pausedAt = System.nanoTime();
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
        try {
            guest.pause();
        } catch (Exception e) {
            throw new MigrationException(Kind.INTERNAL, "guest could not be paused: " + e, e);
        }
    }

    /** Threads and what they used; then what the guest gets back if it failed. */
    private void cleanUp() {
        if (!succeeded) {
            giveBack();
        }
        if (way != null) {
            way.close();
        }
        ram.close();
        progress.end(succeeded ? MigrationStats.State.COMPLETED : MigrationStats.State.FAILED);
        if (succeeded && failure.first() != null) {
            LOG.warn("after the migration had succeeded: {}", failure.first().getMessage());
        }
        if (succeeded && convergence.throttled()) {
            undo(() -> guest.throttle(0));
        }
    }

    /** The guest goes on here: at once, a method that is stuck must not keep it. Nothing can arrive any more. */
    private void giveBack() {
        if (way != null) {
            way.abort();
        }
        if (convergence.throttled()) {
            undo(() -> guest.throttle(0));
        }
        undo(rounds::putBack);
        if (pausedAt != 0) {
            undo(guest::resume);
        }
    }

    /** The embedding program's code may fail, too: the first error stays the first. */
    private void undo(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) { // and not only with exceptions; the next step is still to be done
            LOG.error("while undoing the migration", e);
        }
    }

    /**
     * The figures so far. Any thread, any time.
     *
     * @return a snapshot
     */
    public MigrationStats stats() {
        return progress.snapshot();
    }

    /**
     * Cancels: {@link #migrate} ends soon with an exception of kind {@code INTERRUPTED}, unless all has been sent: then the
     * guest may live at the destination already, and the destination's word is waited for, or the file is completed. Any
     * thread, any time; before {@link #migrate} it makes that fail at once.
     */
    public void cancel() {
        failure.fail(Errors.cancelled());
    }

    /** Lets go of a migration that is not to begin, and of its file. Does nothing after {@link #migrate}, which closes everything. */
    @Override
    public void close() {
        if (!used.getAndSet(true)) {
            ram.close();
        }
    }
}
