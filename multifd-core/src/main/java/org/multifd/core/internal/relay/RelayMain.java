package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Waiting;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Gathering;
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

    final Connection incoming;
    final RelayChannels channels;
    final Failure failure;
    final MainState state;
    final MainForward forward;
    final MainBackward backward;
    private final Gathering gathering;
    private final Thread forwardThread;
    private final Thread backwardThread;
    /** Null until it is connected. */
    volatile Connection outgoing;

    /** @param gathering has a main channel, whose magic was read */
    RelayMain(Gathering gathering, RelayChannels channels) {
        this.gathering = gathering;
        this.incoming = gathering.main();
        this.channels = channels;
        this.failure = channels.failure;
        this.state = new MainState(failure, channels::changed);
        this.forward = new MainForward(this);
        this.backward = new MainBackward(this);
        this.forwardThread = Threads.worker(forward, "multifd-relay-main");
        this.backwardThread = Threads.worker(backward, "multifd-relay-return-path");
        failure.onFailure(this::failed);
    }

    /** Begins to read what the source says; it goes on once there is a destination. */
    void start() {
        forwardThread.start();
    }

    /** The destination is there: it gets the magic, and copying begins. */
    void connected(Connection to) throws IOException {
        try {
            to.writeFully(ByteBuffer.allocate(Integer.BYTES).putInt(MainStreamReader.MAGIC).flip());
        } catch (IOException e) {
            throw new DestinationGoneException(destination() + Errors.text(e), e);
        }
        forward.bytes = Integer.BYTES;
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

    /**
     * Waits until the channels that came before are connected to the destination, too: who counts channels by the list
     * of RAM blocks, as a multifd peer does, must find at the destination those that were there at the source.
     *
     * @return how many there are
     */
    int settle() throws IOException {
        int count = gathering.settle();
        channels.awaitConnected(count);
        channels.settled();
        return count;
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

    /** Passes an end of the stream on; what was written still arrives. */
    static void end(Connection connection) {
        try {
            connection.shutdownMain();
        } catch (IOException e) {
            LOG.debug("{} has closed already: {}", connection.peer(), Errors.text(e));
        }
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
