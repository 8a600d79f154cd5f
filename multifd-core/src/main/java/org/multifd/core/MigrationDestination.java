package org.multifd.core;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.channel.Failure;
import org.multifd.core.channel.ReceiveChannels;
import org.multifd.core.method.ChannelParams;
import org.multifd.core.method.MethodException;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.stream.DeviceTail;
import org.multifd.core.stream.MainStreamReader;
import org.multifd.core.stream.RamSections;
import org.multifd.core.transport.Address;
import org.multifd.core.transport.Listener;
import org.multifd.core.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for one incoming migration, of a {@link MigrationSource} or of a QEMU, and rebuilds the guest's RAM. The method
 * need not be known: the connections tell it.
 *
 * <p>One object is one migration: {@link #listen}, then {@link #receive}, which works on the calling thread with a thread
 * per channel beside it, then {@link #close}. {@link #stats} and {@link #cancel} are for any thread. Interrupting the
 * calling thread cancels.
 */
public final class MigrationDestination implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationDestination.class);

    private static final int DEVICE_STATE_LIMIT = 65 * 1024 * 1024;
    private static final int PAGE_SIZE_BY_DEFAULT = 4096;

    /** The most connections of one migration: they come all at once. */
    private static final int BACKLOG = 256;

    /** How long a source that has sent all may take to close its channels. */
    private static final int END_MILLIS = 2000;

    private final MethodRegistry registry;
    private final MigrationParameters parameters;
    private final IncomingRam ram;
    private final Failure failure = new Failure();
    private final Progress progress = new Progress();
    private final AtomicBoolean used = new AtomicBoolean();
    private Incoming incoming;
    private volatile ReceiveChannels channels;
    private volatile IncomingMain main;
    private Watchdog watchdog;

    /**
     * Prepares for a migration; nothing happens before {@link #listen}.
     *
     * @param registry where methods come from
     * @param parameters what to expect; {@code multifd-compression}, if given, lists the methods that are accepted
     * @param ram where the RAM comes from once its shape is known
     */
    public MigrationDestination(MethodRegistry registry, MigrationParameters parameters, RamSupplier ram) {
        this(registry, parameters, new IncomingMemory(Objects.requireNonNull(ram, "ram")));
    }

    /**
     * Prepares to write what comes into a snapshot: a mapped-ram file, as QEMU 9.0 and newer load it. The file's directory
     * is written to from {@link #listen} on, under another name; the file itself appears only when it is complete and
     * synced to disk. Whatever fails, nothing stays behind. What goes wrong with the file has the kind {@code FILE}.
     *
     * @param registry where methods come from
     * @param parameters what to expect; {@code multifd-compression}, if given, lists the methods that are accepted
     * @param file the snapshot
     * @param replace whether a file of that name may be there; it stays as it is until the new one is complete
     * @return a destination without {@link #ram} and {@link #deviceState}: they are in the file
     */
    public static MigrationDestination intoFile(MethodRegistry registry, MigrationParameters parameters, Path file,
            boolean replace) {
        return new MigrationDestination(registry, parameters,
                new IncomingSnapshot(Objects.requireNonNull(file, "file"), replace));
    }

    MigrationDestination(MethodRegistry registry, MigrationParameters parameters, IncomingRam ram) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        this.ram = ram;
    }

    /**
     * Starts to listen. Connections are taken by {@link #receive}; until then they wait.
     *
     * @param uri {@code tcp:host:port}, where port 0 picks a free one, or {@code unix:/path}
     * @return the address bound, as a source can be given it
     * @throws MigrationException if it cannot listen there, or what is received could not be kept
     * @throws IllegalStateException if it listens already
     */
    public String listen(String uri) throws MigrationException {
        if (incoming != null) {
            throw new IllegalStateException("this destination listens already, expected a new one for each migration");
        }
        try {
            for (String name : parameters.multifdCompression()) {
                MultiFDMethods method = registry.find(name);
                registry.providers().values(method, parameters.methodParameters());
            }
            Address address = Address.parse(uri);
            ram.prepare();
            Listener listener = Listener.open(address, BACKLOG);
            incoming = new Incoming(listener, registry, parameters, failure, progress);
            failure.onFailure(this::failed);
            return listener.bound();
        } catch (IllegalArgumentException e) {
            throw Errors.usage(e);
        } catch (IOException | MethodException e) {
            ram.abandon();
            throw Errors.toMigration(e, Kind.STREAM);
        }
    }

    /**
     * Waits for the migration and receives it. Returns when RAM and device state are complete and the source, if it opened
     * a return path, was told so.
     *
     * @return the final figures
     * @throws MigrationException of the kind that says whose matter it is, with one line; RAM is undefined then
     * @throws IllegalStateException if it does not listen or was used before
     */
    public MigrationStats receive() throws MigrationException {
        if (incoming == null || used.getAndSet(true)) {
            throw new IllegalStateException("receive: expected one call after listen");
        }
        MigrationEvent event = new MigrationEvent();
        event.begin();
        boolean succeeded = false;
        try {
            run();
            succeeded = true;
        } catch (Throwable e) { // whatever a supplier or a method throws: the migration has failed and the source is told
            failure.fail(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            cleanUp(succeeded);
            if (succeeded && failure.first() != null) {
                LOG.warn("after the migration had succeeded: {}", failure.first().getMessage());
            }
            progress.end(succeeded ? MigrationStats.State.COMPLETED : MigrationStats.State.FAILED);
            event.finish(false, stats());
        }
        if (!succeeded) {
            throw withRejection(Errors.toMigration(failure.first(), Kind.STREAM));
        }
        return stats();
    }

    private void run() throws IOException, MultiFDException {
        incoming.await();
        main = new IncomingMain(incoming, parameters, ram, this::startChannels, progress);
        if (failure.first() != null) {
            failed();
        }
        watchdog = new Watchdog(parameters.timeout(), progress::wireBytes, failure, incoming.main()::close);
        failure.check();
        MainStreamReader stream = new MainStreamReader(incoming.main(), PAGE_SIZE_BY_DEFAULT, DEVICE_STATE_LIMIT, main);
        byte[] tail = readMain(stream);
        failure.check();
        // A source with a return path keeps its channels open until it is told; one without it closes them (wire-format 1).
        channels.awaitEnds(main.hasReturnPath() ? 0 : TimeUnit.MILLISECONDS.toNanos(END_MILLIS));
        channels.finish();
        checkPages(DeviceTail.ending(tail));
        complete(stream.ramSections(), tail);
        if (!main.confirm()) {
            failure.check();
        }
        ram.confirmed();
    }

    /** A disk may need longer to sync than a peer may be silent. */
    private void complete(RamSections sections, byte[] tail) throws IOException {
        watchdog.suspend(true);
        ram.complete(sections, tail);
        watchdog.suspend(false);
    }

    private static byte[] readMain(MainStreamReader stream) throws IOException {
        try {
            return stream.read();
        } catch (EOFException e) {
            throw new IOException("main channel: " + e.getMessage(), e);
        }
    }

    /** A channel that the source wrote and nobody read would go unnoticed otherwise. Only ours tells its counts. */
    private void checkPages(DeviceTail.Ending ending) throws WireException {
        MigrationStats received = stats();
        if (ending == null) {
            return;
        }
        if (received.normalPages() != ending.normalPages() || received.zeroPages() != ending.zeroPages()) {
            throw new WireException("received " + received.normalPages() + " normal and " + received.zeroPages()
                    + " zero pages, expected " + ending.normalPages() + " and " + ending.zeroPages() + " as the source sent");
        }
    }

    /** The source is told first: what it reads then is why, not that its channels break. */
    private void failed() {
        IncomingMain told = main;
        if (told != null) {
            told.fail(failure.first());
        }
        incoming.abort();
    }

    private ReceiveChannels startChannels(RamBlocks blocks) throws IOException {
        channels = new ReceiveChannels(incoming.channels(), blocks, ram::target, parameters.multifdCompression(),
                (name, channel) -> receiver(name, channel, blocks.pageSize()), failure);
        progress.method = channels::methodName;
        progress.channels = this::channelStats;
        try {
            channels.setup();
        } catch (MultiFDException e) {
            throw new IOException(e.getMessage(), e);
        }
        return channels;
    }

    private MultiFDReceiver receiver(String name, int channel, int pageSize) throws MultiFDException {
        try {
            MultiFDMethods method = registry.find(name);
            return method.recvSetup(ChannelParams.of(channel, pageSize,
                    registry.providers().values(method, parameters.methodParameters())));
        } catch (MigrationException e) {
            throw new MultiFDException(e.getMessage(), e);
        } catch (MethodException e) {
            throw new MultiFDException(e.getMessage(), MigrationException.of(e));
        } catch (MultiFDException e) {
            throw new MultiFDException("method " + name + " cannot be set up: " + e.getMessage(),
                    new MigrationException(Kind.METHOD, e.getMessage(), e));
        }
    }

    private List<MigrationStats.Channel> channelStats() {
        ReceiveChannels all = channels;
        List<MigrationStats.Channel> list = new ArrayList<>(all.count());
        for (int i = 0; i < all.count(); i++) {
            list.add(Channels.stats(all.stats(i), all.bytesRead(i)));
        }
        return list;
    }

    private void cleanUp(boolean succeeded) {
        if (channels != null) {
            channels.finish();
            channels.close();
        }
        if (main != null && !succeeded) {
            main.fail(failure.first()); // whoever failed first may not have come to it yet
            main.linger();
        }
        incoming.close();
        if (watchdog != null) {
            watchdog.close();
        }
        if (!succeeded) {
            ram.abandon();
        }
    }

    private MigrationException withRejection(MigrationException error) {
        String rejection = incoming.remark();
        return error.kind() != Kind.PEER || rejection.isEmpty() || error.getMessage().endsWith(rejection) ? error
                : new MigrationException(error.kind(), error.getMessage() + rejection, error);
    }

    /**
     * The RAM that was filled.
     *
     * @return null until the source has said what there is
     */
    public GuestRam ram() {
        return ram instanceof IncomingMemory memory ? memory.guestRam() : null;
    }

    /**
     * What came behind RAM: the bytes of {@link Guest#deviceState} from a {@link MigrationSource}; from a QEMU everything
     * up to the end of the stream, as it is.
     *
     * @return null unless {@link #receive} has succeeded
     */
    public byte[] deviceState() {
        byte[] state = ram instanceof IncomingMemory memory ? memory.deviceState() : null;
        return state == null ? null : state.clone();
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
     * Cancels: {@link #receive} ends soon with an exception of kind {@code INTERRUPTED}, unless the source has been told that
     * all arrived. Any thread, any time.
     */
    public void cancel() {
        failure.fail(Errors.cancelled());
    }

    /** Stops to listen. Does nothing after {@link #receive}, which has closed everything. */
    @Override
    public void close() {
        if (incoming != null) {
            incoming.close();
        }
        if (!used.get()) {
            ram.abandon();
        }
    }
}
