package org.multifd.core.internal.relay;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.multifd.api.MultiFDException;
import org.multifd.core.RelayStats;
import org.multifd.core.internal.channel.ChannelStats;
import org.multifd.core.internal.channel.FlightEvents;
import org.multifd.core.internal.channel.SetUpMessage;
import org.multifd.core.internal.channel.Waiting;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.PageSum;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A receiving connection tied to a sending one: each packet is checked, its pages are decoded into the channel's own
 * memory with the method it came by, and its payload leaves as the {@link Transcoder} says. Everything else stays as it
 * came: the split into normal and zero pages, SYNC where it rides, the packet's number. What may be stale is zeroed,
 * and a packet with neither pages nor SYNC is left out.
 */
final class RelayChannel {

    private static final Logger LOG = LoggerFactory.getLogger(RelayChannel.class);

    /** How far a channel is. */
    private enum Phase {
        /** Packets may come. */
        PASSING,
        /** The source has ended it between two packets. */
        SOURCE_ENDED,
        /** That was passed on. */
        ENDED
    }

    final int id;
    private final InitPacket init;
    private final Connection incoming;
    private final RelayChannels shared;
    private final Thread thread;
    private final RelayedBlock block = new RelayedBlock();
    private FlightEvents.Packet receiving;
    private FlightEvents.Packet sending;
    private final ChannelStats in = new ChannelStats();
    private final ChannelStats out = new ChannelStats();
    private volatile Phase phase = Phase.PASSING;
    private volatile Connection outgoing;
    private PacketHeader header;
    private ByteBuffer headerBytes;
    private ByteBuffer[] packet;
    private Transcoder transcoder;
    private PageSum sum;
    private int methodFlags;
    private long packets;
    private boolean leaving;
    private volatile int syncs;
    private boolean pagesBehindSync;

    RelayChannel(InitPacket init, Connection incoming, RelayChannels shared) {
        this.id = init.channel();
        this.init = init;
        this.incoming = incoming;
        this.shared = shared;
        this.thread = Threads.worker(this::run, "multifd-relay-" + id);
    }

    /** The VM's, as the source says it. */
    UUID uuid() {
        return init.uuid();
    }

    /** Null until it is connected. */
    Connection outgoing() {
        return outgoing;
    }

    /** Whether its stream has ended between two packets, and that was passed on. */
    boolean ended() {
        return phase == Phase.ENDED;
    }

    /** Whether no packet will come any more. */
    boolean hasNoMore() {
        return phase != Phase.PASSING;
    }

    /** How many SYNCs have been written to the destination. */
    int syncs() {
        return syncs;
    }

    /** Whether pages have come after the last of them; once it has {@link #ended}. */
    boolean hasPagesBehindSync() {
        return pagesBehindSync;
    }

    /** Starts its thread, then connects it to the destination and introduces it there. */
    void start(Connector destination) throws IOException, MigrationException {
        thread.start();
        InitPacket introduction = introduction();
        Connection connection;
        try {
            connection = destination.connect(shared.failure::onFailure);
            // With a reset a SYNC could be lost for which the destination's main waits.
            shared.failure.onFailure(() -> RelayMain.end(connection));
            ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE);
            introduction.encode(bytes);
            connection.writeFully(bytes.flip());
        } catch (IOException e) {
            throw new DestinationGoneException("channel " + id + ": " + Text.reason(e), e);
        }
        outgoing = connection;
        shared.changed();
        LOG.debug("channel {} from {} to {}", id, incoming.peer(), connection.peer());
    }

    /** With the format of whoever makes the payloads: the source, if they are passed on, or this relay's own method. */
    private InitPacket introduction() throws MigrationException {
        RelayChannels.Outgoing to = shared.outgoing();
        if (!InitPacket.hasFormat(to.method())) {
            return new InitPacket(init.uuid(), id, to.method());
        }
        return new InitPacket(init.uuid(), id, to.method(), passesOn() ? init.formatVersion()
                : to.seats().formatVersion(to.method()));
    }

    /** Whether the payloads of a method that the source has named leave as they come. */
    private boolean passesOn() {
        return init.method() != null && shared.outgoing().passesOn(init.method());
    }

    /** Tells the destination's method what the one that makes the payloads has told, which is set up for it. */
    private void tell(ByteBuffer message) throws IOException, MigrationException {
        if (!passesOn()) {
            prepare(shared.awaitPageSize(), message);
        }
        leaving = true;
        SetUpMessage.write(outgoing, passesOn() ? message : transcoder.told());
        leaving = false;
    }

    /** Passes packets on until the source ends the stream. An error is the migration's. */
    private void run() {
        try {
            ByteBuffer message = SetUpMessage.read(incoming, init);
            if (InitPacket.hasFormat(Waiting.until(shared, shared.failure, shared::outgoing).method())) {
                Waiting.until(shared, shared.failure, this::outgoing);
                tell(message);
            }
            ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
            boolean more = readMagic(magic);
            Waiting.until(shared, shared.failure, this::outgoing);
            if (more) {
                if (transcoder == null) {
                    prepare(shared.awaitPageSize(), message);
                }
                headerBytes.putInt(magic.getInt(0));
                shared.awaitSettled();
            }
            while (more) {
                relayPacket();
                packets++;
                more = readMagic(headerBytes.clear().limit(Integer.BYTES));
                headerBytes.limit(headerBytes.capacity());
            }
            passEnd();
        } catch (Throwable e) { // a provider may throw anything; whatever it is ends the migration and is reported
            shared.failure.fail(located(e));
        }
        if (transcoder != null) {
            transcoder.close();
            transcoder = null; // whoever keeps the figures does not keep the providers
        }
    }

    /** False at the end of the stream between two packets. */
    private boolean readMagic(ByteBuffer magic) throws IOException {
        if (incoming.read(magic) < 0) {
            if (init.method() != null && incoming.cutOff()) { // a multifd peer always says that it ends
                throw new EOFException("connection cut off, without TLS's close_notify, expected the next packet");
            }
            return false;
        }
        incoming.readFully(magic, "a packet header");
        return true;
    }

    /** The end goes on when main's may: before, it would look to some destinations as if all was well. */
    private void passEnd() throws IOException {
        phase = Phase.SOURCE_ENDED;
        shared.changed();
        shared.awaitRelease();
        try {
            outgoing.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("channel {}: the destination has closed it already: {}", id, e.getMessage());
        }
        phase = Phase.ENDED;
        shared.changed();
    }

    private void prepare(int pageSize, ByteBuffer message) throws IOException, MigrationException {
        header = new PacketHeader(pageSize);
        headerBytes = ByteBuffer.allocateDirect(header.size());
        packet = Seat.packet(PacketHeader.pageCount(pageSize));
        sum = new PageSum(pageSize);
        methodFlags = Flags.ofMethod(shared.outgoing().method());
        transcoder = new Transcoder(id, pageSize, shared, incoming, block, this::place);
        transcoder.setUpDecoder(init, message);
        leaving = true;
        transcoder.setUpEncoder();
        leaving = false;
    }

    private void relayPacket() throws IOException, MultiFDException, MigrationException {
        incoming.readFully(headerBytes, "a packet header");
        receiving = FlightEvents.begin(receiving);
        header.decode(headerBytes.flip(), block);
        long nanos = transcoder.decode(header);
        in.packet(header.normalPages, header.zeroPages, header.payloadLength, nanos);
        FlightEvents.finish(receiving, false, id, header);
        trace("recv");
        compare();
        if (header.sync()) {
            transcoder.endOfIncomingRound();
        }
        pagesBehindSync = !header.sync() && (pagesBehindSync || header.pages() > 0);
        // An empty packet says nothing, and QEMU may send one after the last SYNC, when the destination needs no more.
        if (header.pages() > 0 || header.sync()) {
            leaving = true;
            sendPacket();
            leaving = false;
        }
        if (header.sync()) {
            syncs = syncs + 1;
            shared.changed();
        }
    }

    /** With what a multifd peer decoded or read before it encoded these pages; and tells the next one. */
    private void compare() throws WireException {
        sum.add(block.name(), header.offsets, header.normalPages, header.zeroPages, transcoder.decoded());
        if (header.hasPageSum) {
            sum.check(header.pageSum, shared.incoming.chosen());
        }
        header.hasPageSum = true;
        header.pageSum = sum.value();
    }

    private void sendPacket() throws IOException, MultiFDException, MigrationException {
        sending = FlightEvents.begin(sending);
        long start = System.nanoTime();
        int buffers = transcoder.encode(header, packet);
        if (header.sync()) {
            transcoder.endOfOutgoingRound();
        }
        long nanos = System.nanoTime() - start;
        header.flags = header.flags & Flags.SYNC | (header.pages() > 0 ? methodFlags : 0);
        header.encode(headerBytes.clear(), block.name());
        packet[0] = headerBytes.flip();
        shared.outgoing().limiter().acquire((long) headerBytes.limit() + header.payloadLength);
        outgoing.writeFully(packet, 0, buffers + 1);
        out.packet(header.normalPages, header.zeroPages, header.payloadLength, nanos);
        FlightEvents.finish(sending, true, id, header);
        trace("send");
    }

    private void trace(String what) {
        if (LOG.isTraceEnabled()) {
            LOG.trace("{} channel {} packet_num {} normal {} zero {} flags 0x{} payload {}", what, id, header.packetNum,
                    header.normalPages, header.zeroPages, Integer.toHexString(header.flags), header.payloadLength);
        }
    }

    private String place() {
        return "channel " + id + ", packet " + packets + (leaving ? " to the destination" : " from the source");
    }

    private Throwable located(Throwable error) {
        Throwable located = ErrorContext.in(place(), error);
        if (leaving && located instanceof MultiFDException) {
            return new MigrationException(Kind.METHOD, located.getMessage(), error); // and not the stream's matter
        }
        return leaving && located.getClass() == IOException.class
                ? new DestinationGoneException(located.getMessage(), error) : located;
    }

    /** Its figures so far. May be called from any thread. */
    RelayStats.Channel stats() {
        return new RelayStats.Channel(id, incoming.bytesRead(), bytesOut(), out.packets(), out.normalPages(),
                out.zeroPages(), in.payloadBytes(), out.payloadBytes(), in.codecNanos(), out.codecNanos());
    }

    private long bytesOut() {
        Connection to = outgoing;
        return to == null ? 0 : to.bytesWritten();
    }

    /** How many bytes have moved on both connections. */
    long bytesMoved() {
        return incoming.bytesRead() + bytesOut();
    }

    /** Waits for the thread, which closes the methods, unless it was given up; then closes the connections. */
    void close() {
        Threads.join(thread);
        incoming.close();
        Connection to = outgoing;
        if (to != null) {
            to.close();
        }
    }
}
