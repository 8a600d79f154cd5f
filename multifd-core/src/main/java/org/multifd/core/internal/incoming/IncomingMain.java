package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.GuestMemory;
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Gathering;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.ram.GuestHeap;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MachineVersion;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.ReturnPathWriter;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Timer;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The destination's side of the main channel: what its stream says happens to RAM, and the return path. */
final class IncomingMain implements MainStreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingMain.class);

    /** With these the list of RAM blocks has further fields. */
    private static final List<String> UNSUPPORTED = List.of("x-ignore-shared", MappedRamStream.CAPABILITY);

    /** The first machine type whose sources fail on an acknowledgement of the switchover that they did not ask for. */
    private static final int FIRST_THAT_ASKS = MachineVersion.of(11, 1);

    /** What is done once the source's RAM is known. */
    interface Beginning {

        /** Has the memory, or the file. */
        RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException;

        /** Starts the multifd channels. */
        ReceiveChannels start(RamBlocks blocks) throws IOException;
    }

    private final Gathering incoming;
    private final Connection connection;
    private final MigrationParameters parameters;
    private final IncomingRam ram;
    private final Beginning beginning;
    private final Progress progress;
    private final DestinationEnding ending;
    private int pageSize = Limits.USUAL_PAGE_SIZE;
    private final long[] offset = new long[1];
    private Configuration configuration;
    private RamBlocks blocks;
    private PageTarget pages;
    private ReceiveChannels channels;
    private ReturnPathWriter returnPath;
    private boolean told;

    /** @param incoming the migration's connections, of which the main one is there */
    IncomingMain(Gathering incoming, MigrationParameters parameters, IncomingRam ram, Beginning beginning,
            Progress progress, DestinationEnding ending) {
        this.incoming = incoming;
        this.connection = incoming.main();
        this.parameters = parameters;
        this.ram = ram;
        this.beginning = beginning;
        this.progress = progress;
        this.ending = ending;
    }

    @Override
    public void configuration(Configuration received) throws WireException {
        configuration = received;
        LOG.debug("{}", received);
        if (received.pageSize() != 0) {
            pageSize = received.pageSize();
        }
        for (String capability : received.capabilities()) {
            if (UNSUPPORTED.contains(capability)) {
                throw new WireException("configuration: received capability " + capability
                        + ", which changes how RAM is sent, expected none of " + String.join(", ", UNSUPPORTED)
                        + "; turn it off at the source");
            }
        }
        checkUuid(parameters, received);
        incoming.configured(received.uuid());
    }

    @Override
    public void beforeRam(byte[] sections) throws WireException {
        if (configuration == null) {
            throw new WireException("main channel: received a section before the list of RAM blocks and no "
                    + "configuration, expected one before it");
        }
        configuration = configuration.with(sections);
    }

    /** A stream, or a file, need not say which VM's it is. */
    static void checkUuid(MigrationParameters parameters, Configuration received) throws WireException {
        UUID expected = parameters.uuid();
        if (expected != null && received.uuid() != null && !expected.equals(received.uuid())) {
            throw new WireException("configuration: received uuid " + received.uuid() + ", expected " + expected);
        }
    }

    /** Whether the guest comes from a multifd peer: then it is known what follows its RAM. */
    boolean guestIsOurs() {
        return configuration != null && configuration.machine().equals(Configuration.MULTIFD);
    }

    @Override
    public synchronized void openReturnPath() {
        if (returnPath == null) {
            returnPath = new ReturnPathWriter(connection);
            ending.returnPath();
        }
    }

    synchronized boolean hasReturnPath() {
        return returnPath != null;
    }

    @Override
    public synchronized void ping(int value) throws IOException {
        if (returnPath != null) {
            returnPath.pong(value);
        }
    }

    /** A source that waits hears that this side lives: a QEMU, as a multifd peer, takes a PONG at any time. */
    synchronized void alive() throws IOException {
        if (!told) {
            ping(0);
        }
    }

    @Override
    public void ramList(List<BlockEntry> entries) throws IOException {
        // Before anything here can fail: only a source that is known to be a multifd peer can be told why.
        incoming.settle();
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (BlockEntry entry : entries) {
            if (entry.length() % pageSize != 0) {
                throw new WireException("main channel: received RAM block " + Text.quote(entry.name()) + " of "
                        + entry.length() + " bytes, expected a multiple of the page size " + pageSize);
            }
            lengths.put(entry.name(), entry.length());
        }
        long total = lengths.values().stream().mapToLong(Long::longValue).sum();
        GuestHeap.check(total / pageSize, pageSize, GuestHeap.BITS_TO_RECEIVE);
        blocks = beginning.open(withUuid(), pageSize, lengths);
        pages = ram.target();
        progress.pageSize = pageSize;
        progress.ramBytes = blocks.length();
        channels = beginning.start(blocks);
        ending.enter(DestinationState.RAM);
        progress.state = MigrationStats.State.ACTIVE;
    }

    /** The configuration, with the VM's uuid as the channels said it: QEMU leaves it out as a rule. */
    private Configuration withUuid() {
        UUID uuid = incoming.channels().get(0).init().uuid();
        return configuration == null || configuration.uuid() != null || uuid.equals(InitPacket.NO_UUID) ? configuration
                : configuration.with(uuid);
    }

    @Override
    public void zeroPage(int block, long at) throws IOException {
        offset[0] = at;
        channels.zeroPage(block, offset);
        put(block, null);
        progress.zeroPagesOnMain++;
    }

    @Override
    public void page(int block, long at, ByteBuffer page) throws IOException {
        offset[0] = at;
        put(block, page);
    }

    /** @param page null for a zero page */
    private void put(int block, ByteBuffer page) throws IOException {
        try {
            if (page != null) {
                pages.runs(block, offset, 1).copyFrom(page);
            }
            pages.arrived(block, offset, page == null ? 0 : 1, page == null ? 1 : 0);
        } catch (RuntimeException e) {
            Throwable reason = GuestMemory.blame(e, blocks.get(block), true);
            throw new IOException("main channel: " + Text.reason(reason), reason);
        }
    }

    /** A QEMU that marks so knows the acknowledgement, and may wait for it before it switches over. */
    @Override
    public void flushRule() throws IOException {
        boolean mayWait = !incoming.isFromPeer() && mayWaitForAck(); // the former has a lock of its own
        synchronized (this) {
            if (returnPath != null && mayWait && !told) {
                returnPath.switchoverAck();
            }
        }
    }

    private boolean mayWaitForAck() {
        String machine = configuration == null ? "" : configuration.machine();
        OptionalInt version = MachineVersion.of(machine);
        if (version.isEmpty()) {
            LOG.warn("machine {}: no version of QEMU's in its name, taken for the newest; up to 11.0 a source with the "
                    + "capability switchover-ack would wait without end: turn it off", Text.oneLine(machine));
        }
        return version.isPresent() && version.getAsInt() < FIRST_THAT_ASKS;
    }

    @Override
    public void ramEnd() throws IOException {
        pages.endOfRound();
        ending.enter(DestinationState.TAIL);
    }

    @Override
    public void sync() throws IOException {
        pages.endOfRound();
        channels.sync();
        progress.rounds++;
        LOG.debug("mark {}", progress.rounds);
    }

    /**
     * All is loaded: says so, if the source asked to be told. Throws if it was told otherwise: of this and
     * {@link #fail} the first one counts, or the guest would go on at both ends.
     */
    synchronized void confirm() throws IOException {
        ending.confirm();
        told = true;
        if (returnPath != null) {
            try {
                tellLoaded();
            } catch (IOException e) {
                ending.notConfirmed();
                throw new IOException("main channel: the source could not be told that everything is loaded: "
                        + Errors.text(e), e);
            }
        }
    }

    /** A source that reads nothing, so that not even this fits into its socket, is not waited for without limit. */
    private void tellLoaded() throws IOException {
        Timer deadline = Timer.after(parameters.timeout(), connection::close);
        try {
            returnPath.shut(true);
        } catch (IOException e) {
            throw !deadline.expired() ? e
                    : new IOException("it has read nothing for " + parameters.timeout() + " ms", e);
        } finally {
            deadline.close();
        }
    }

    /** It failed: says so and why, if the source listens; a multifd peer always does. Any thread. */
    void fail(Throwable why) {
        tell(why, incoming.isFromPeer()); // which has a lock of its own
    }

    private synchronized void tell(Throwable why, boolean heard) {
        if (told) {
            return;
        }
        told = true;
        if (heard) {
            openReturnPath();
        }
        if (returnPath == null) {
            connection.close();
            return;
        }
        try {
            if (heard) {
                returnPath.reason(Errors.toMigration(why, Kind.STREAM).getMessage());
            }
            returnPath.shut(false);
            connection.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("the source could not be told: {}", e.getMessage());
            connection.close();
        }
    }

    /**
     * Reads what still comes until the source closes, so that it can read why: a close now would destroy that on its
     * way.
     */
    void linger() {
        ByteBuffer rest = ByteBuffer.allocate(64 * 1024);
        try {
            while (returnPath != null && connection.read(rest.clear()) >= 0) {
                LOG.trace("discarded {} bytes", rest.position());
            }
        } catch (IOException e) {
            LOG.debug("while waiting for the source to close: {}", e.getMessage());
        }
    }
}
