package org.multifd.core.internal.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.FileWay;
import org.multifd.core.internal.ram.PageBatch;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.PacketHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sending channel: takes the next pages of the round, splits off the zero ones, has the method make the payload,
 * writes the packet, until the round has no more.
 */
final class SendChannel implements ChannelThread.Work {

    private static final Logger LOG = LoggerFactory.getLogger(SendChannel.class);

    private enum Job {
        ROUND, SYNC, END
    }

    private final int id;
    private final SendChannels shared;
    private final PacketHeader header;
    private final ByteBuffer headerBytes;
    private final ByteBuffer[] packet;
    private final PageSource pages;
    private final PageChecksums.Notes notes;
    private final long[] zeros;
    private final int[] sums;
    private FlightEvents.Packet event;
    private final ChannelStats stats = new ChannelStats();
    private Connection connection;
    private FileWay fileWay;
    private Seat seat;
    private boolean isSetUp;
    private final ChannelThread thread;
    private final PageBatch batch;
    /** What to do; null while idle. Main sets it, the channel clears it. */
    private volatile Job job;
    private volatile boolean ending;

    SendChannel(int id, SendChannels shared) {
        this.id = id;
        this.shared = shared;
        int pageSize = shared.config.pageSize();
        int pageCount = PacketHeader.pageCount(pageSize);
        this.header = new PacketHeader(pageSize);
        this.headerBytes = ByteBuffer.allocateDirect(header.size());
        this.packet = Seat.packet(pageCount);
        this.pages = shared.config.pages().get();
        this.notes = shared.config.checksums() == null ? null : shared.config.checksums().notes();
        this.zeros = new long[pageCount];
        this.sums = new int[pageCount];
        this.batch = new PageBatch(pageCount);
        this.thread = new ChannelThread("multifd-send-", id, this, shared.failure);
    }

    void connected(Connection to) {
        connection = to;
        fileWay = to::transferFully;
    }

    Connection connection() {
        return connection;
    }

    ChannelThread thread() {
        return thread;
    }

    /** Takes part in the round. */
    void send() {
        give(Job.ROUND);
    }

    void sync() {
        give(Job.SYNC);
    }

    private void give(Job work) {
        job = work;
        LockSupport.unpark(thread.thread());
    }

    ChannelStats stats() {
        return stats;
    }

    long bytesWritten() {
        Connection to = connection;
        return to == null ? 0 : to.bytesWritten();
    }

    @Override
    public void setUp() throws MigrationException {
        Seats seats = shared.config.seats();
        seat = shared.config.passesOn() ? seats.takeStandalone(shared.config.method(), Direction.SEND, this::place)
                : seats.take(shared.config.method(), Direction.SEND, this::place);
        seat.setUpSender(id, shared.config.pageSize());
        isSetUp = true;
    }

    /** Passes on what the set-up told the receiver. The thread has set up and waits for work. */
    void tell() throws IOException {
        SetUpMessage.write(connection, seat.told());
    }

    @Override
    public void run() throws Exception {
        while (true) {
            shared.ready.release();
            Job work = await();
            if (work == Job.END) {
                return;
            }
            if (work == Job.SYNC) {
                sendSync();
            } else {
                sendRound();
            }
            job = null;
        }
    }

    private String place() {
        return "channel " + id + (isSetUp ? ", packet " + header.packetNum : "");
    }

    @Override
    public void failed(Throwable error) {
        shared.failure.fail(ErrorContext.in(place(), GuestMemory.blame(error, batch.block, false)));
    }

    @Override
    public void close() throws MigrationException {
        Seat closing = seat;
        seat = null; // whoever keeps the figures does not keep the provider
        try {
            pages.close();
        } finally {
            if (closing != null) {
                closing.close();
            }
        }
    }

    private Job await() throws Failure.Aborted {
        Job work;
        while ((work = job) == null) {
            if (ending) {
                return Job.END;
            }
            shared.failure.check();
            LockSupport.park(this);
        }
        return work;
    }

    private void sendRound() throws IOException, MultiFDException, MigrationException {
        batch.clear();
        while (shared.next(batch)) {
            shared.failure.check();
            event = FlightEvents.begin(event);
            splitZeroPages();
            if (header.normalPages + header.zeroPages > 0) {
                sendPages();
            }
            batch.clear();
        }
    }

    private void sendPages() throws IOException, MultiFDException, MigrationException {
        header.flags = shared.methodFlags;
        header.packetNum = shared.packetNum.getAndIncrement();
        header.payloadLength = 0;
        int buffers = 0;
        long nanos = 0;
        if (shared.config.zeroCopy() && header.normalPages > 0 && pages.canLeave(batch.block, header.offsets,
                header.normalPages)) {
            sendFromFile(batch.block);
            return;
        }
        if (header.normalPages > 0 && shared.config.passesOn() && putStored()) {
            buffers = 1;
        } else if (header.normalPages > 0) {
            long start = System.nanoTime();
            RamRuns runs = pages.read(batch.block, header.offsets, header.normalPages);
            if (notes != null) {
                notes.normal(batch.block, header.offsets, header.normalPages, runs);
            }
            buffers = seat.encode(runs, packet);
            header.payloadLength = seat.payloadBytes();
            nanos = System.nanoTime() - start;
        }
        write(batch.block.nameBytes(), buffers, nanos);
    }

    /** Takes the payload that lies stored for these pages; false if there is none, and they have to be encoded. */
    private boolean putStored() throws IOException {
        ByteBuffer payload = pages.stored(batch.block, header.offsets, header.normalPages, sums);
        if (payload != null) {
            if (notes != null) {
                notes.known(batch.block, header.offsets, header.normalPages, sums);
            }
            packet[1] = payload;
            header.payloadLength = payload.remaining();
        }
        return payload != null;
    }

    /**
     * The pages as they lie, as the method none would have them: the header in a write of its own, then the file's
     * bytes.
     */
    private void sendFromFile(RamBlock block) throws IOException {
        header.payloadLength = header.normalPages * shared.config.pageSize();
        header.encode(headerBytes.clear(), block.nameBytes());
        shared.rateLimiter.acquire((long) headerBytes.flip().limit() + header.payloadLength);
        connection.writeFully(headerBytes);
        pages.leave(block, header.offsets, header.normalPages, fileWay);
        written(0);
    }

    private void splitZeroPages() throws IOException {
        int normal = 0;
        int zero = 0;
        boolean detect = shared.config.detectZeroPages();
        for (int i = 0; i < batch.count; i++) {
            long offset = batch.offsets[i];
            if (detect && pages.isZero(batch.block, offset)) {
                zeros[zero++] = offset;
            } else {
                header.offsets[normal++] = offset;
            }
        }
        System.arraycopy(zeros, 0, header.offsets, normal, zero);
        header.normalPages = normal;
        header.zeroPages = zero;
        if (notes != null) {
            notes.zero(batch.block, header.offsets, normal, zero);
        }
        SendChannels.ZeroPageSink elsewhere = shared.config.zeroOnMain();
        if (elsewhere != null) {
            for (int i = normal; i < normal + zero; i++) {
                elsewhere.zero(batch.block, header.offsets[i]);
            }
            header.zeroPages = 0;
        }
    }

    private void sendSync() throws IOException, MultiFDException, MigrationException {
        seat.endOfRound();
        event = FlightEvents.begin(event);
        header.flags = Flags.SYNC;
        header.packetNum = shared.packetNum.getAndIncrement();
        header.normalPages = 0;
        header.zeroPages = 0;
        header.payloadLength = 0;
        header.hasChecksum = notes != null;
        header.checksum = shared.checksum;
        write(null, 0, 0);
    }

    private void write(byte[] blockName, int payloadBuffers, long codecNanos) throws IOException {
        header.encode(headerBytes.clear(), blockName);
        packet[0] = headerBytes.flip();
        shared.rateLimiter.acquire((long) headerBytes.limit() + header.payloadLength);
        try {
            connection.writeFully(packet, 0, payloadBuffers + 1);
        } catch (IOException e) {
            throw connection.answered(e);
        }
        written(codecNanos);
    }

    private void written(long codecNanos) {
        stats.packet(header.normalPages, header.zeroPages, header.payloadLength, codecNanos);
        FlightEvents.finish(event, true, id, header);
        if (LOG.isTraceEnabled()) {
            LOG.trace("send channel {} packet_num {} normal {} zero {} flags 0x{} payload {}", id, header.packetNum,
                    header.normalPages, header.zeroPages, Integer.toHexString(header.flags), header.payloadLength);
        }
    }

    /** Ends the work once there is none. */
    void end() {
        ending = true;
        LockSupport.unpark(thread.thread());
    }
}
