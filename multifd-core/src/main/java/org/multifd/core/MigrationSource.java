package org.multifd.core;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.channel.Failure;
import org.multifd.core.channel.RateLimiter;
import org.multifd.core.channel.SendChannels;
import org.multifd.core.channel.Threads;
import org.multifd.core.method.ChannelParams;
import org.multifd.core.method.ParameterValues;
import org.multifd.core.ram.PageSource;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.snapshot.Snapshot;
import org.multifd.core.snapshot.SnapshotException;
import org.multifd.core.stream.DestinationFailedException;
import org.multifd.core.stream.MainStreamWriter;
import org.multifd.core.stream.ReturnPathReader;
import org.multifd.core.transport.Address;
import org.multifd.core.transport.Connection;
import org.multifd.core.wire.InitPacket;
import org.multifd.core.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a live guest's RAM to a {@link MigrationDestination}: round after round over what became dirty meanwhile, then,
 * when what is left fits the downtime limit, the guest is paused for the last round and its device state. It has succeeded
 * only when the destination has confirmed that all was loaded.
 *
 * <p>One object is one migration. {@link #migrate} works on the calling thread, the migration's main thread, with a thread
 * per channel beside it; {@link #stats} and {@link #cancel} are for any thread. Interrupting the calling thread cancels.
 */
public final class MigrationSource {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationSource.class);

    private final MethodRegistry registry;
    private final MigrationParameters parameters;
    private final OutgoingRam ram;
    private final RamBlocks blocks;
    private final StreamRules rules;
    private final Guest guest;
    private final Rounds rounds;
    private final Failure failure = new Failure();
    private final Progress progress = new Progress();
    private final Convergence convergence;
    private final AtomicBoolean used = new AtomicBoolean();
    private Connection main;
    private MainStreamWriter stream;
    private SendChannels channels;
    private Watchdog watchdog;
    private Thread returnPath;
    private volatile boolean confirmed;
    private volatile Throwable returnPathError;
    private PageSource mainPages;
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
        this(registry, parameters, new OutgoingMemory(ram, Objects.requireNonNull(guest, "guest")), log, guest);
    }

    MigrationSource(MethodRegistry registry, MigrationParameters parameters, OutgoingRam ram, DirtyLog log, Guest guest) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.ram = ram;
        this.blocks = ram.blocks();
        this.rules = ram.rules(parameters);
        this.guest = guest;
        this.rounds = new Rounds(blocks, Objects.requireNonNull(log, "log"));
        this.convergence = new Convergence(parameters, progress, blocks.pageSize());
        progress.ramBytes = blocks.length();
        progress.pageSize = blocks.pageSize();
    }

    /**
     * Prepares to bring a snapshot back to life: a mapped-ram file, of a {@link MigrationDestination} or of a QEMU from 9.0
     * on, is to migrate into a QEMU or a destination of ours that waits for it. The machine type in the file decides what
     * the stream looks like, unless {@code sync-rule} and {@code zero-page-detection} are given; without the parameter
     * {@code uuid} the file's is used, if it has one. All of the file but its pages is read and checked here; it stays open
     * until {@link #migrate} has returned, and must not change until then.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param file the snapshot
     * @return a migration that has not begun
     * @throws MigrationException of kind {@code FILE} if there is no such file, or if it is damaged or something else: one
     *     line says what and where
     */
    public static MigrationSource fromFile(MethodRegistry registry, MigrationParameters parameters, Path file)
            throws MigrationException {
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(parameters, "parameters");
        try {
            return new MigrationSource(registry, parameters, new OutgoingSnapshot(Snapshot.open(file)), OutgoingSnapshot.CLEAN,
                    OutgoingSnapshot.STOPPED);
        } catch (SnapshotException e) {
            throw Errors.toMigration(e, Kind.FILE);
        }
    }

    /**
     * Migrates. Returns when the destination has confirmed that RAM and device state are complete; the guest stays paused
     * then, it lives on at the destination. After a failure the dirty log has got every mark back and a paused guest was
     * resumed.
     *
     * @param uri where the destination listens: {@code tcp:host:port} or {@code unix:/path}
     * @return the final figures
     * @throws MigrationException of the kind that says whose matter it is, with one line
     * @throws IllegalStateException if this object was used before
     */
    public MigrationStats migrate(String uri) throws MigrationException {
        if (used.getAndSet(true)) {
            throw new IllegalStateException("this migration was started before, expected a new MigrationSource for each");
        }
        MigrationEvent event = new MigrationEvent();
        event.begin();
        progress.start();
        try {
            run(Address.parseDestination(uri));
            succeeded = true;
        } catch (IllegalArgumentException e) {
            failure.fail(Errors.usage(e));
        } catch (Throwable e) { // whatever a guest, a log or a method throws: the migration has failed and is undone
            failure.fail(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            cleanUp();
            event.finish(true, stats());
        }
        if (!succeeded) {
            throw failed();
        }
        return stats();
    }

    private void run(Address address) throws Exception {
        failure.check();
        String name = MethodChoice.forSource(registry, parameters, address, blocks.pageSize(), failure);
        MultiFDMethods method = registry.find(name);
        ParameterValues values = registry.providers().values(method, parameters.methodParameters());
        progress.method = () -> name;
        connect(address, method, values);
        stream.ramStart(blocks);
        progress.state = MigrationStats.State.ACTIVE;
        rounds.take();
        rounds.all();
        roundStart = System.nanoTime();
        sendRound(false);
        while (!readyToPause()) {
            sendRound(false);
        }
        sendLast();
    }

    /** Connects main first: QEMU 7.2 takes the first connection for it. Everything that can fail before RAM moves is here. */
    private void connect(Address address, MultiFDMethods method, ParameterValues values) throws Exception {
        main = Connection.connect(address, parameters.timeout(), failure::onFailure);
        progress.mainBytes = () -> main.bytesRead() + main.bytesWritten();
        channels = new SendChannels(new SendChannels.Config(parameters.multifdChannels(), blocks.pageSize(), method.name(), uuid(),
                rules.zeroPages() == ZeroPageDetection.MULTIFD, ram::pages),
                new RateLimiter(parameters.maxBandwidth(), failure), failure);
        progress.channels = this::channelStats;
        watchdog = new Watchdog(parameters.timeout(), progress::wireBytes, failure, main::close);
        stream = new MainStreamWriter(main, rules.flush(), rules.switchoverStart());
        ram.start(stream);
        stream.openReturnPath();
        returnPath = new Thread(this::readReturnPath, "multifd-return-path");
        returnPath.setDaemon(true);
        returnPath.start();
        channels.setup(() -> Connection.connect(address, parameters.timeout(), failure::onFailure),
                channel -> method.sendSetup(ChannelParams.of(channel, blocks.pageSize(), values)));
        channels.sync();
    }

    private UUID uuid() {
        UUID known = parameters.uuid() == null ? ram.uuid() : parameters.uuid();
        return known == null ? InitPacket.NO_UUID : known;
    }

    private void readReturnPath() {
        try {
            new ReturnPathReader(main).awaitShut();
            confirmed = true;
        } catch (IOException e) {
            returnPathError = e;
            failure.fail(e);
        }
    }

    private List<MigrationStats.Channel> channelStats() {
        List<MigrationStats.Channel> list = new ArrayList<>(channels.count());
        for (int i = 0; i < channels.count(); i++) {
            list.add(Channels.stats(channels.stats(i), channels.bytesWritten(i)));
        }
        return list;
    }

    private void sendRound(boolean last) throws IOException {
        RoundEvent event = new RoundEvent();
        event.begin();
        progress.rounds++;
        long left = rounds.left();
        progress.remainingPages = left;
        LOG.debug("round {}: {} pages{}", progress.rounds, left, last ? ", the last" : "");
        if (last) {
            stream.ramEnd();
        } else {
            stream.ramPart();
        }
        rounds.send(rules.zeroPages() == ZeroPageDetection.LEGACY ? this::sendOrRecordZero : channels::queue);
        channels.sync();
        stream.endRound();
        failure.check();
        event.round = progress.rounds;
        event.pages = left;
        event.last = last;
        event.commit();
    }

    private void sendOrRecordZero(RamBlock block, long offset) throws IOException {
        if (mainPages == null) {
            mainPages = ram.pages();
        }
        if (mainPages.isZero(block, offset)) {
            stream.zeroPage(block, offset);
            progress.zeroPagesOnMain++;
        } else {
            channels.queue(block, offset);
        }
    }

    /** After a round: takes the next round's pages and says whether they fit the downtime limit. */
    private boolean readyToPause() throws MigrationException {
        long sentBefore = sentPages;
        long startedAt = roundStart;
        sentPages = normalPages();
        roundStart = System.nanoTime();
        long dirtied = rounds.take();
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
            guest.throttle(percent);
        }
        return false;
    }

    private long normalPages() {
        long sum = 0;
        for (int i = 0; i < channels.count(); i++) {
            sum += channels.stats(i).normalPages();
        }
        return sum;
    }

    private void sendLast() throws Exception {
        pausedAt = System.nanoTime();
        watchdog.suspend(true);
        pause();
        watchdog.suspend(false);
        rounds.take();
        sendRound(true);
        watchdog.suspend(true);
        ram.takeEnd();
        watchdog.suspend(false);
        // Once the destination has all, it may let the guest live there, whatever happens here.
        watchdog.awaitDecision();
        failure.check();
        ram.end(stream, stats());
        Threads.join(returnPath);
        if (!confirmed) {
            failure.check();
            throw new IOException("the destination did not confirm that all was loaded");
        }
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

    /** Threads, connections, methods; then what the guest gets back if it failed. */
    private void cleanUp() {
        if (!succeeded) {
            giveBack();
        }
        if (channels != null) {
            channels.close();
        }
        if (main != null) {
            main.close();
        }
        if (returnPath != null) {
            Threads.join(returnPath);
        }
        if (watchdog != null) {
            watchdog.close();
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

    /** The guest goes on here: at once, a method that is stuck must not keep it. The destination cannot complete any more. */
    private void giveBack() {
        if (returnPath != null) {
            awaitReason(failure.first());
        }
        if (main != null) {
            main.close();
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

    /** The peer that closed a channel may be telling why on the return path. */
    private void awaitReason(Throwable first) {
        if (isCutOff(first)) {
            try {
                returnPath.join(Watchdog.GRACE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isCutOff(Throwable first) {
        return Errors.toMigration(first, Kind.METHOD).kind() == Kind.PEER;
    }

    private MigrationException failed() {
        Throwable first = failure.first();
        Throwable reason = returnPathError;
        boolean told = reason instanceof DestinationFailedException || reason instanceof WireException;
        if (told && isCutOff(first)) {
            first = reason;
        }
        MigrationException error = Errors.toMigration(first, Kind.METHOD);
        boolean unexplained = !told && error.kind() == Kind.PEER && !error.getMessage().contains(";");
        return unexplained && ram.mayMeetQemu() ? new MigrationException(Kind.PEER, error.getMessage() + "; see the destination's own"
                + " message: it needs multifd-channels " + parameters.multifdChannels() + ", multifd-compression "
                + progress.method.get() + " and uuid " + uuid() + " (zeros: none)", error) : error;
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
     * guest may live at the destination already, and the destination's word is waited for. Any thread, any time; before
     * {@link #migrate} it makes that fail at once.
     */
    public void cancel() {
        failure.fail(Errors.cancelled());
    }
}
