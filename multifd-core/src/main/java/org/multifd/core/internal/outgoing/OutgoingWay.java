package org.multifd.core.internal.outgoing;

import java.io.IOException;
import org.multifd.core.MigrationException;

/** How a source's RAM leaves: over connections, or into a file. The main thread's. */
public interface OutgoingWay {

    /** Does everything that can fail before RAM moves. */
    void open() throws Exception;

    /** Sends the pages that are pending; returns when all of them have left. */
    void send(boolean last) throws IOException;

    /** While the embedding program's own code runs, silence is nobody's fault. */
    default void suspend(boolean on) {
    }

    /** While the guest is paused, a peer must read at the least rate. */
    default void hurry(boolean on) {
    }

    /** Before the guest is paused: waits until the peer has shown that it reads the stream. */
    default void awaitPeer() throws IOException {
    }

    /**
     * The guest is paused, its last pages have left: sends what follows RAM. Returns when it is certain that all
     * arrived.
     */
    void finish() throws Exception;

    /** It failed: nothing can arrive any more once this has returned, and the guest may go on here. */
    default void abort() {
    }

    /** Ends the threads and closes what is open. */
    void close();

    /** What the destination must have for what it has not accepted yet, for a message. */
    default String needs() {
        return "";
    }

    /** What failed, in words for the user. */
    MigrationException failed();
}
