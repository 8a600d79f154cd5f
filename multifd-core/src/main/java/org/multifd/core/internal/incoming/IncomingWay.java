package org.multifd.core.internal.incoming;

import org.multifd.core.MigrationException;

/** How RAM comes to a destination: over connections, or out of a file. But for {@link #close}, one thread's. */
public interface IncomingWay {

    /** Where the source finds it. */
    String address();

    /** Receives; returns when all is loaded and the source, if there is one, was told so. */
    void receive() throws Exception;

    /** It succeeded or failed: ends the threads, tells the source the reason, closes what is open. */
    void cleanUp(boolean succeeded);

    /** The error with what else may explain it. */
    MigrationException explain(MigrationException error);

    /** Gives up what {@link #receive} did not, or no longer, need. */
    void close();
}
