package org.multifd.core.internal.channel;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;

/** The receiving channels of one migration, over connections whose init packets were read. For the main thread. */
public final class ReceiveChannels implements AutoCloseable {

    /** A connected channel that has introduced itself. */
    public record Incoming(InitPacket init, Connection connection) {
    }

    /** For the channels, as are the next four. */
    final RamBlocks blocks;
    final Supplier<PageTarget> pages;
    final Failure failure;
    final SyncBarrier barrier;
    final ReceiveMethod method;
    private final ReceiveChannel[] channels;
    private PageChecksums checksums;
    private PageChecksums.Notes notesOfMain;
    volatile boolean finished;
    private boolean closed;

    /**
     * The first loop of the set-up: nothing here can fail but for memory.
     *
     * @param pages makes each channel's way to the pages
     * @param accepted the methods that may come; empty for any
     * @param seats where they come from
     */
    public ReceiveChannels(List<Incoming> incoming, RamBlocks blocks, Supplier<PageTarget> pages, List<String> accepted,
            Seats seats, Failure failure) {
        this.blocks = blocks;
        this.pages = pages;
        this.failure = failure;
        this.barrier = new SyncBarrier(incoming.size(), failure);
        this.method = new ReceiveMethod(accepted, () -> seats);
        this.channels = new ReceiveChannel[incoming.size()];
        for (Incoming one : incoming) {
            channels[one.init().channel()] = new ReceiveChannel(one.init(), one.connection(), this);
        }
    }

    /**
     * The second loop: starts the threads, which set up the methods that are known; the first error stops it. Then
     * close.
     */
    public void setup() throws IOException {
        for (ReceiveChannel channel : channels) {
            channel.thread().start();
        }
    }

    /** Main is at a mark: waits for a SYNC on every channel, then lets them go on. */
    public void sync() throws IOException {
        barrier.awaitAll();
    }

    /**
     * Main has read its end, and so must the channels have: nothing but empty packets may follow the last SYNC. They
     * are read to their ends, as far as these come in the given time.
     */
    public void awaitEnds(long nanos) throws IOException {
        barrier.awaitEnds(nanos);
        for (int i = 0; i < channels.length; i++) {
            if (channels[i].hasPagesBehindSync()) {
                throw new WireException("channel " + i
                        + ": received pages after its last SYNC, expected the end of the stream");
            }
        }
    }

    /** The first channel that learns of checksums makes room for them. */
    synchronized PageChecksums startChecksums() {
        if (checksums == null) {
            checksums = new PageChecksums(blocks);
            notesOfMain = checksums.notes();
        }
        return checksums;
    }

    /** Main received a zero page. */
    public synchronized void zeroPage(int block, long[] offset) {
        if (notesOfMain != null) {
            notesOfMain.zero(block, offset, 0, 1);
        }
    }

    /**
     * All pages have arrived: they are those that the source sent, if it tells their checksum. A multifd peer does; it
     * is the check of the way there and of the methods at both ends.
     */
    public synchronized void check() throws WireException {
        if (checksums == null) {
            return;
        }
        long total = checksums.total();
        for (int i = 0; i < channels.length; i++) {
            if (channels[i].tellsChecksum() && channels[i].checksum() != total) {
                throw new WireException(String.format("RAM: received pages with the checksum %016x, expected %016x "
                        + "as the source sent; a byte was changed on the way or by a provider of method %s at either "
                        + "end: migrate again, with another method if it fails again", total, channels[i].checksum(),
                        method.chosen()));
            }
        }
    }

    /** The first channel whose stream has ended, or -1. */
    public int firstEnded() {
        return barrier.anyEnded();
    }

    /** What the channels still do no longer matters. */
    public void finish() {
        finished = true;
        barrier.finish();
    }

    /** The method's name, or null until it is known. Any thread. */
    public String methodName() {
        return method.chosen();
    }

    public int count() {
        return channels.length;
    }

    public ChannelStats stats(int channel) {
        return channels[channel].stats();
    }

    /** Bytes that really arrived on a channel, with its init packet. Any thread. */
    public long bytesRead(int channel) {
        return channels[channel].bytesRead();
    }

    /**
     * Closes the connections and ends the threads, which close their methods, the last one first. A second call does
     * nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = channels.length - 1; i >= 0; i--) {
            channels[i].connection().close();
        }
        ChannelThread.end(Arrays.stream(channels).map(ReceiveChannel::thread).toArray(ChannelThread[]::new));
    }
}
