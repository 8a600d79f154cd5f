package org.multifd.core.internal.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.PageSum;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiving channel: reads and checks packets, has the method fill the pages, marks them received, stops at SYNC.
 */
final class ReceiveChannel implements ChannelThread.Work {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiveChannel.class);

    private final int id;
    private final InitPacket init;
    private final Connection connection;
    private final ReceiveChannels shared;
    private final RamBlocks blocks;
    private final PacketHeader header;
    private final ByteBuffer headerBytes;
    private final PageTarget pages;
    private final PacketDecoder decoder;
    private FlightEvents.Packet event;
    private final ChannelStats stats = new ChannelStats();
    private boolean isSetUp;
    /** The block of the pages that came last. */
    private RamBlock block;
    private long packets;
    private volatile boolean pagesBehindSync;
    /** Where to note the pages, once a SYNC has shown that the source tells what they should be. */
    private volatile PageChecksums.Notes notes;
    private volatile long checksum;
    /** Of what came on this channel, if the peer tells what it had. */
    private PageSum sum;
    private final ChannelThread thread;

    ReceiveChannel(InitPacket init, Connection connection, ReceiveChannels shared) {
        this.id = init.channel();
        this.init = init;
        this.connection = connection;
        this.shared = shared;
        this.blocks = shared.blocks;
        int pageSize = blocks.pageSize();
        this.header = new PacketHeader(pageSize);
        this.headerBytes = ByteBuffer.allocateDirect(header.size());
        this.pages = shared.pages.get();
        this.decoder = new PacketDecoder(shared.method, id, pageSize, connection, this::place);
        this.thread = new ChannelThread("multifd-recv-", id, this, shared.failure);
    }

    /** If the init packet named the method; otherwise the first page packet tells. */
    @Override
    public void setUp() throws IOException, MigrationException {
        decoder.setUp(init, SetUpMessage.read(connection, init));
        isSetUp = true;
    }

    ChannelThread thread() {
        return thread;
    }

    Connection connection() {
        return connection;
    }

    ChannelStats stats() {
        return stats;
    }

    long bytesRead() {
        return connection.bytesRead();
    }

    boolean hasPagesBehindSync() {
        return pagesBehindSync;
    }

    @Override
    public void run() throws Exception {
        while (readHeader()) {
            event = FlightEvents.begin(event);
            header.decode(headerBytes.flip(), blocks);
            receivePacket();
            packets++;
            if (header.sync()) {
                decoder.endOfRound();
                noteChecksum();
                checkPageSum();
                pages.endOfRound();
            }
            pagesBehindSync = !header.sync() && (pagesBehindSync || header.pages() > 0);
            if (header.sync() && !shared.barrier.arrive(id)) {
                return;
            }
        }
        shared.barrier.ended(id);
    }

    private String place() {
        return "channel " + id + (isSetUp ? ", packet " + packets : "");
    }

    @Override
    public void failed(Throwable error) {
        if (!shared.finished) {
            shared.failure.fail(ErrorContext.in(place(), GuestMemory.blame(error, block, true)));
        }
    }

    /** The source's first SYNC comes before any page, and the last one tells what all of them are. */
    private void noteChecksum() {
        if (header.hasChecksum && stats.packets() == 1) {
            notes = shared.startChecksums().notes();
        }
        checksum = header.checksum;
    }

    /** As the checksum: the first SYNC comes before any page. */
    private void checkPageSum() throws WireException {
        if (header.hasPageSum && stats.packets() == 1) {
            sum = new PageSum(blocks.pageSize());
        }
        if (header.hasPageSum && sum != null) {
            sum.check(header.pageSum, shared.methodName());
        }
    }

    /** Whether the source tells checksums on this channel. */
    boolean tellsChecksum() {
        return notes != null;
    }

    /** What the last SYNC told. */
    long checksum() {
        return checksum;
    }

    /** False at the end of the stream between two packets. */
    private boolean readHeader() throws IOException {
        if (connection.read(headerBytes.clear()) < 0) {
            if (init.method() != null && connection.cutOff()) { // a multifd peer always says that it ends
                throw new EOFException("connection cut off, without TLS's close_notify, expected the next packet");
            }
            return false;
        }
        connection.readFully(headerBytes, "a packet header");
        return true;
    }

    private void receivePacket() throws IOException, MultiFDException, MigrationException {
        long nanos = 0;
        RamRuns runs = null;
        decoder.check(header);
        if (header.pages() > 0) {
            block = blocks.get(header.block);
        }
        if (header.normalPages > 0) {
            runs = pages.runs(header.block, header.offsets, header.normalPages);
            nanos = decoder.decode(runs, header);
            if (notes != null) {
                notes.normal(header.block, header.offsets, header.normalPages, runs);
            }
        }
        if (notes != null) {
            notes.zero(header.block, header.offsets, header.normalPages, header.zeroPages);
        }
        if (sum != null && header.pages() > 0) {
            sum.add(blocks.get(header.block).nameBytes(), header.offsets, header.normalPages, header.zeroPages, runs);
        }
        if (header.pages() > 0) {
            pages.arrived(header.block, header.offsets, header.normalPages, header.zeroPages);
        }
        stats.packet(header.normalPages, header.zeroPages, header.payloadLength, nanos);
        FlightEvents.finish(event, false, id, header);
        if (LOG.isTraceEnabled()) {
            LOG.trace("recv channel {} packet_num {} normal {} zero {} flags 0x{} payload {}", id, header.packetNum,
                    header.normalPages, header.zeroPages, Integer.toHexString(header.flags), header.payloadLength);
        }
    }

    @Override
    public void close() throws MigrationException {
        try {
            pages.close();
        } finally {
            decoder.close();
        }
    }
}
