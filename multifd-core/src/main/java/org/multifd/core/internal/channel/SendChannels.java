package org.multifd.core.internal.channel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.ram.PageBatch;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;

/**
 * The sending channels of one migration. Nobody deals out the pages: in a round each channel takes the next batch
 * whenever it has sent one, so that no thread has to be woken for a packet.
 *
 * <p>All but the statistics is for the main thread.
 */
public final class SendChannels implements AutoCloseable {

    /**
     * What all channels of a migration have in common.
     *
     * @param detectZeroPages whether zero pages travel without their bytes
     * @param zeroOnMain tells of a zero page elsewhere, from any channel's thread; null if packets tell of them
     * @param pages makes each channel's way to the pages
     * @param checksums where the channels note what they send, so that each SYNC tells; null for none
     * @param zeroCopy whether pages that lie in a file leave from there, unread
     * @param passesOn whether payloads that lie stored leave as they are; then all others must stand alone, too
     * @param seats where each channel's method comes from
     */
    public record Config(int channels, int pageSize, String method, UUID uuid, boolean detectZeroPages,
            ZeroPageSink zeroOnMain, Supplier<PageSource> pages, PageChecksums checksums, boolean zeroCopy,
            boolean passesOn, Seats seats) {
    }

    /** Is told of a zero page. */
    @FunctionalInterface
    public interface ZeroPageSink {
        void zero(RamBlock block, long offset) throws IOException;
    }

    /** Where a round's pages come from. */
    @FunctionalInterface
    public interface Round {

        /**
         * Adds the next pages of one block to an empty batch; false if there are none. One thread at a time calls it.
         */
        boolean next(PageBatch batch);
    }

    /** Connects one more channel. */
    @FunctionalInterface
    public interface Connector {
        Connection connect() throws IOException;
    }

    /** For the channels, as are the next five. */
    final Config config;
    final int methodFlags;
    final Failure failure;
    final RateLimiter rateLimiter;
    final AtomicLong packetNum = new AtomicLong();
    /** Has a permit of each channel that is idle. */
    final Semaphore ready = new Semaphore(0);
    private final SendChannel[] channels;
    /** Main sets it before it starts the channels. */
    private Round round;
    /** Of all that was sent, for the last SYNC; 0 for those before it. Main sets it before it gives a SYNC. */
    long checksum;
    private boolean closed;

    /** The first loop of the set-up: nothing here can fail but for memory. */
    public SendChannels(Config config, RateLimiter rateLimiter, Failure failure) {
        this.config = config;
        this.methodFlags = Flags.ofMethod(config.method());
        this.failure = failure;
        this.rateLimiter = rateLimiter;
        this.channels = new SendChannel[config.channels()];
        for (int i = 0; i < channels.length; i++) {
            channels[i] = new SendChannel(i, this);
        }
        failure.onFailure(() -> ready.release(channels.length));
    }

    /** The second loop: connects, introduces and starts each channel; the first error stops it. Then close. */
    public void setup(Connector connector) throws IOException, MigrationException {
        ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE);
        for (int i = 0; i < channels.length; i++) {
            failure.check();
            Connection connection = connector.connect();
            channels[i].connected(connection);
            failure.onFailure(connection::close);
            boolean tells = InitPacket.hasFormat(config.method());
            new InitPacket(config.uuid(), i, config.method(), tells ? config.seats().formatVersion(config.method()) : 0)
                    .encode(init.clear());
            connection.writeFully(init.flip());
            channels[i].thread().start();
            if (tells) {
                channels[i].tell();
            }
        }
    }

    /** Sends a round's pages; returns when all of them are written. */
    public void send(Round pages) throws IOException {
        awaitIdle();
        round = pages;
        for (SendChannel channel : channels) {
            channel.send();
        }
        awaitIdle();
        ready.release(channels.length);
    }

    /**
     * Ends a round: a SYNC on every channel; returns when all of them are written.
     *
     * @param end whether no page is sent after it, so that it tells what all of them are
     */
    public void sync(boolean end) throws IOException {
        FlightEvents.SyncWait event = FlightEvents.syncWait();
        awaitIdle();
        checksum = end && config.checksums() != null ? config.checksums().total() : 0;
        for (SendChannel channel : channels) {
            channel.sync();
        }
        awaitIdle();
        ready.release(channels.length);
        FlightEvents.finish(event, true, channels.length);
    }

    private void awaitIdle() throws IOException {
        try {
            ready.acquire(channels.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a channel");
        }
        failure.check();
    }

    /** For the channels: the next pages of the round. */
    synchronized boolean next(PageBatch batch) {
        return round.next(batch);
    }

    public int count() {
        return channels.length;
    }

    public ChannelStats stats(int channel) {
        return channels[channel].stats();
    }

    /** Bytes that really left on a channel. Any thread. */
    public long bytesWritten(int channel) {
        return channels[channel].bytesWritten();
    }

    /** The destination has confirmed all: the connections end as they should, main's with them. */
    public void finish(Connection main) {
        List<Connection> connections = new ArrayList<>(channels.length);
        for (SendChannel channel : channels) {
            connections.add(channel.connection());
        }
        Connection.finish(main, connections);
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
        for (SendChannel channel : channels) {
            channel.end();
        }
        for (int i = channels.length - 1; i >= 0; i--) {
            if (channels[i].connection() != null) {
                channels[i].connection().close();
            }
        }
        ChannelThread.end(Arrays.stream(channels).map(SendChannel::thread).toArray(ChannelThread[]::new));
    }
}
