package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Waiting;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main channel of a relayed migration: its two connections, and a direction each on a thread of its own. After a
 * failure the destination's connection is ended, not reset: a reset could take a SYNC with it that the destination
 * waits for.
 */
final class RelayMain {

    private static final Logger LOG = LoggerFactory.getLogger(RelayMain.class);

    private final Connection incoming;
    private final Failure failure;
    private final Thread forwardThread;
    private final Thread backwardThread;
    private final MainForward forward;
    private final MainBackward backward;
    final MainState state;
    private volatile Connection outgoing;
    private volatile long bytesForward;
    private volatile long bytesBack;

    /**
     * @param forwardThread the thread that will run {@link #forward}
     * @param changed is told when a direction has ended
     */
    RelayMain(Connection incoming, Thread forwardThread, Failure failure, RelayChannels channels, Runnable changed) {
        this.incoming = incoming;
        this.failure = failure;
        this.forwardThread = forwardThread;
        this.state = new MainState(failure, changed);
        this.forward = new MainForward(this, state, failure, channels);
        this.backward = new MainBackward(this, state, failure, channels);
        this.backwardThread = new Thread(backward, "multifd-relay-return-path");
        backwardThread.setDaemon(true);
        failure.onFailure(this::failed);
    }

    /** Waits until the channels that came before are connected to the destination, too. */
    @FunctionalInterface
    interface Settling {

        /** How many there are. */
        int await() throws IOException;
    }

    Connection incoming() {
        return incoming;
    }

    /** The destination is there: it gets the magic, and copying begins. */
    void connected(Connection to) throws IOException {
        try {
            to.writeFully(ByteBuffer.allocate(Integer.BYTES).putInt(MainStreamReader.MAGIC).flip());
        } catch (IOException e) {
            throw new DestinationGoneException(destination() + Errors.text(e), e);
        }
        bytesForward = Integer.BYTES;
        synchronized (this) {
            outgoing = to;
            backwardThread.start();
            notifyAll();
        }
        if (failure.first() != null) {
            failed();
        }
    }

    Connection awaitOutgoing() throws Failure.Aborted {
        return Waiting.until(this, failure, () -> outgoing);
    }

    /** Either peer may have something to say or to hear yet: what the destination says still goes to the source. */
    private synchronized void failed() {
        notifyAll();
        if (outgoing == null) {
            incoming.close();
        } else {
            end(outgoing);
        }
    }

    /**
     * From the source to the destination; the magic, by which the connection was told to be main, has been read.
     *
     * @param settling awaited before anything up to the list of RAM blocks goes on: who counts channels by it, as ours
     *     does, must find at the destination those that were there at the source
     */
    void forward(Settling settling) {
        forward.run(settling);
    }

    void endOutgoing() {
        end(outgoing);
    }

    void endIncoming() {
        end(incoming);
    }

    private static void end(Connection connection) {
        try {
            connection.shutdownMain();
        } catch (IOException e) {
            LOG.debug("{} has closed already: {}", connection.peer(), Errors.text(e));
        }
    }

    void forwarded(int bytes) {
        bytesForward = bytesForward + bytes;
    }

    void passedBack(int bytes) {
        bytesBack = bytesBack + bytes;
    }

    /** Where the source is, for messages. */
    String source() {
        return "main channel from source " + incoming.peer() + ": ";
    }

    /** Where the destination is, for messages. */
    String destination() {
        Connection to = outgoing;
        return "main channel to destination " + (to == null ? "" : to.peer()) + ": ";
    }

    /** The destination's own reason, if it is that of the first error; otherwise the first error. */
    Throwable reason(Throwable first) {
        return backward.reason(first);
    }

    int pageSize() {
        return forward.pageSize;
    }

    long ramBytes() {
        return forward.ramBytes;
    }

    /** How many marks have passed: so many SYNCs each channel must have had. */
    int marks() {
        return forward.rounds;
    }

    long zeroPages() {
        return forward.zeroPages;
    }

    long bytesForward() {
        return bytesForward;
    }

    long bytesBack() {
        return bytesBack;
    }

    /** Waits for both directions' threads; somebody closes the connections if need be. */
    void join() {
        Threads.join(forwardThread);
        Threads.join(backwardThread);
    }

    synchronized void closeConnections() {
        incoming.close();
        if (outgoing != null) {
            outgoing.close();
        }
    }
}
