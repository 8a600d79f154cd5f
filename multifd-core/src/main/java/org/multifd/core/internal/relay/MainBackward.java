package org.multifd.core.internal.relay;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.relay.RelayState.Event;
import org.multifd.core.internal.relay.RelayState.Meaning;
import org.multifd.core.internal.stream.DestinationFailedException;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Main from the destination to the source, the return path: a message goes back once it was accepted, and the word that
 * all is loaded only when that can be. After a failure why the destination failed still goes back.
 */
final class MainBackward implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(MainBackward.class);
    private static final int COPIED_AT_ONCE = 4096;

    private final RelayMain main;
    private final Gate gate;
    private boolean sourceGone;
    private volatile boolean unprompted;
    private volatile String refusal;
    /** Bytes that have gone back. */
    volatile long bytes;

    MainBackward(RelayMain main) {
        this.main = main;
        this.gate = new Gate(this::read, this::write, 0);
    }

    @Override
    public void run() {
        boolean ended = false;
        try {
            readToTheEnd();
            checkEnd();
            ended = true;
        } catch (Throwable e) { // whatever it is, it fails the migration before the source sees the end and ends main
            main.failure.fail(e);
        }
        RelayMain.end(main.incoming);
        if (ended) {
            main.state.passedEnd();
        }
    }

    private void readToTheEnd() throws IOException {
        try {
            readShut();
            copyTheRest();
        } catch (EOFException e) {
            LOG.debug("{}", e.getMessage());
        }
    }

    private void readShut() throws IOException {
        refusal = new ReturnPathReader(gate, gate::accept).readShut();
        if (refusal == null) {
            if (main.state.loaded() == Meaning.TOO_EARLY) {
                throw new WireException("return path: received SHUT 0 in the middle of the stream, expected it "
                        + "behind the device state");
            }
            main.channels.release();
        }
        gate.acceptAll();
        gate.passOn();
        if (refusal != null && main.state.means(Event.REFUSED) == Meaning.PASS_BACK) {
            throw new DestinationFailedException(refusal);
        }
    }

    private void copyTheRest() throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(COPIED_AT_ONCE);
        while (gate.read(rest.clear()) >= 0) {
            gate.acceptAll();
        }
    }

    private void checkEnd() throws IOException {
        switch (main.state.means(Event.DESTINATION_ENDS)) {
            case NORMAL -> { }
            case UNCONFIRMED -> throw new IOException(main.destination()
                    + "closed without a word that the guest is loaded" + RelayedMigration.SEE_IT);
            default -> throw new DestinationGoneException(main.destination()
                    + "closed in the middle of the migration" + RelayedMigration.SEE_IT, null);
        }
    }

    private int read(ByteBuffer into) throws IOException {
        try {
            int n = main.outgoing.read(into);
            if (n > 0) {
                unprompted = main.failure.first() == null; // before the source can know it, and fail of it
            }
            return n;
        } catch (IOException e) {
            throw new DestinationGoneException(main.destination() + Errors.text(e), e);
        }
    }

    /** Once the migration has failed the source may be gone; why the destination failed is then still to be read. */
    private void write(ByteBuffer accepted) throws IOException {
        int count = accepted.remaining();
        if (!sourceGone) {
            try {
                main.incoming.writeFully(accepted);
                bytes = bytes + count;
            } catch (IOException e) {
                if (main.failure.first() == null) {
                    throw new IOException(main.source() + Errors.text(e), e);
                }
                sourceGone = true;
            }
        }
    }

    /** The destination's own reason, if it is that of the first error; otherwise the first error. */
    Throwable reason(Throwable first) {
        return refusal != null && first != null && explains(first) ? new DestinationFailedException(refusal) : first;
    }

    /** Whether that is what the migration failed of: the destination said so first, or its connections broke. */
    private boolean explains(Throwable first) {
        return first instanceof DestinationGoneException
                || unprompted && Errors.toMigration(first, Kind.STREAM).kind() == Kind.PEER;
    }
}
