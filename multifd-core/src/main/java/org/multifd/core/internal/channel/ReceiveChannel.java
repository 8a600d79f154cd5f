package org.multifd.core.internal.channel;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One receiving channel: reads and checks packets, has the method fill the pages, marks them received, stops at SYNC. */
final class ReceiveChannel implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiveChannel.class);

    private final int id;
    private final String methodName;
    private final Connection connection;
    private final ReceiveChannels shared;
    private final RamBlocks blocks;
    private final PacketHeader header;
    private final ByteBuffer headerBytes;
    private final PageTarget pages;
    private final PacketPayloadSource payload;
    private FlightEvents.Packet event;
    private final ChannelStats stats = new ChannelStats();
    private MultiFDReceiver method;
    private int methodFlags;
    private long packets;
    private volatile boolean pagesBehindSync;
    /** Where to note the pages, once a SYNC has shown that the source tells what they should be. */
    private volatile PageChecksums.Notes notes;
    private volatile long checksum;
    private Thread thread;

    ReceiveChannel(InitPacket init, Connection connection, ReceiveChannels shared) {
        this.id = init.channel();
        this.methodName = init.method();
        this.connection = connection;
        this.shared = shared;
        this.blocks = shared.blocks();
        int pageSize = blocks.pageSize();
        this.header = new PacketHeader(pageSize);
        this.headerBytes = ByteBuffer.allocateDirect(header.size());
        this.pages = shared.pageTarget();
        this.payload = new PacketPayloadSource(connection);
    }

    /** Sets the method up now if the init packet named it; otherwise the first page packet will tell. */
    void setup() throws WireException, MultiFDException {
        if (methodName != null) {
            try {
                method = shared.method().named(methodName, id);
                methodFlags = Flags.ofMethod(methodName);
            } catch (WireException e) {
                throw new WireException("channel " + id + ": " + e.getMessage(), e);
            } catch (RuntimeException | LinkageError e) {
                throw ErrorContext.broken("channel " + id, methodName, e);
            }
        }
    }

    void start() {
        thread = new Thread(this, "multifd-recv-" + id);
        thread.setDaemon(true);
        thread.start();
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
    public void run() {
        try {
            while (readHeader()) {
                event = FlightEvents.begin(event);
                header.decode(headerBytes.flip(), blocks);
                receivePacket();
                packets++;
                if (header.sync()) {
                    noteChecksum();
                }
                pagesBehindSync = !header.sync() && (pagesBehindSync || header.pages() > 0);
                if (header.sync() && !shared.barrier().arrive(id)) {
                    return;
                }
            }
            shared.barrier().ended(id);
        } catch (Throwable e) { // a provider may throw anything; whatever it is ends the migration and is reported
            if (!shared.finished()) {
                shared.failure().fail(ErrorContext.in("channel " + id + ", packet " + packets, shared.methodName(), e));
            }
        }
    }

    /** The source's first SYNC comes before any page, and the last one tells what all of them are. */
    private void noteChecksum() {
        if (header.hasChecksum && stats.packets() == 1) {
            notes = shared.startChecksums().notes();
        }
        checksum = header.checksum;
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
            if (methodName != null && connection.cutOff()) { // ours always says that it ends
                throw new EOFException("connection cut off, without TLS's close_notify, expected the next packet");
            }
            return false;
        }
        connection.readFully(headerBytes, "a packet header");
        return true;
    }

    private void receivePacket() throws IOException, MultiFDException {
        long nanos = 0;
        if (header.pages() > 0) {
            checkMethod();
        }
        if (header.normalPages > 0) {
            long start = System.nanoTime();
            payload.reset(header.payloadLength);
            RamRuns runs = pages.runs(header.block, header.offsets, header.normalPages);
            method.recv(runs, payload);
            payload.checkConsumed();
            if (notes != null) {
                notes.normal(header.block, header.offsets, header.normalPages, runs);
            }
            nanos = System.nanoTime() - start - payload.readNanos();
        }
        if (notes != null) {
            notes.zero(header.block, header.offsets, header.normalPages, header.zeroPages);
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

    private void checkMethod() throws WireException, MultiFDException {
        int bits = header.flags & Flags.METHOD_MASK;
        if (method == null) {
            method = shared.method().detected(header.flags, id);
            methodFlags = bits;
        } else if (bits != methodFlags) {
            throw new WireException(String.format("packet: received flags 0x%x with method bits 0x%x, expected 0x%x (%s)",
                    header.flags, bits, methodFlags, shared.method().chosen()));
        }
    }

    void close() {
        connection.close();
        if (thread != null) {
            Threads.join(thread);
        }
        if (method != null) {
            try {
                method.close();
            } catch (Throwable e) { // a provider may throw anything, and the other channels are still to be closed
                shared.failure().fail(ErrorContext.in("channel " + id + ", cleanup", shared.methodName(), e));
            }
            method = null;
        }
    }
}
