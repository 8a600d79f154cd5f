package org.multifd.core.internal.relay;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntConsumer;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DestinationFailedException;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RefusedException;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The main channel of a relayed migration: copied both ways byte for byte, by a thread each, and its ends with it. What
 * passes is read along, after it was written: for the page size, the figures, and to tell the end of a migration from a
 * peer that went away in it. A stream that cannot be read along is copied all the same.
 */
final class RelayMain {

    private static final Logger LOG = LoggerFactory.getLogger(RelayMain.class);
    private static final int PAGE_SIZE_BY_DEFAULT = 4096;
    private static final int BUFFER = 128 * 1024;

    private final Connection incoming;
    private final Thread forward;
    private final Failure failure;
    private final IntConsumer pageSizeKnown;
    private final Runnable changed;
    private final Thread back = new Thread(this::backward, "multifd-relay-return-path");
    private Connection outgoing;
    private boolean inRam = true;
    private boolean starved;
    private boolean destinationEnded;
    private boolean sourceEnded;
    private boolean sourceEndedFirst;
    private volatile boolean writing;
    /** What the source, and what the destination, sends is only copied: there is something in it that is not known here. */
    private volatile boolean blind;
    private volatile boolean deaf;
    /** Whether the device state was followed to its end. */
    private volatile boolean whole;
    private volatile boolean returnPath;
    private volatile boolean confirmed;
    private volatile String refusal;
    private boolean sourceGone;
    private volatile boolean unprompted;
    volatile int pageSize;
    volatile long ramBytes;
    private Settling settle;
    private int channelsKnown;
    volatile int rounds;
    volatile long zeroPages;
    volatile long bytesForward;
    volatile long bytesBack;

    /**
     * @param forward the thread that will run {@link #forward}
     * @param changed is told when a direction has ended
     */
    RelayMain(Connection incoming, Thread forward, Failure failure, IntConsumer pageSizeKnown, Runnable changed) {
        this.incoming = incoming;
        this.forward = forward;
        this.failure = failure;
        this.pageSizeKnown = pageSizeKnown;
        this.changed = changed;
        back.setDaemon(true);
        failure.onFailure(this::failed);
    }

    Connection incoming() {
        return incoming;
    }

    /** The destination is there: copying begins. */
    synchronized void connected(Connection to) {
        outgoing = to;
        back.start();
        notifyAll();
        if (failure.first() != null) {
            failed();
        }
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

    /** Waits until the channels that came before are connected to the destination, too. */
    @FunctionalInterface
    interface Settling {

        /** How many there are. */
        int await() throws IOException;
    }

    /**
     * From the source to the destination; the magic, by which the connection was told to be main, has been read.
     *
     * @param settling awaited before anything up to the list of RAM blocks goes on: who counts channels by it, as ours does,
     *     must find at the destination those that were there at the source
     */
    void forward(Settling settling) {
        settle = settling;
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            Connection to = awaitOutgoing();
            write(to, buffer.putInt(MainStreamReader.MAGIC).flip());
            readAlong(to);
            while (incoming.read(buffer.clear()) >= 0) {
                bytesForward += buffer.position();
                write(to, buffer.flip());
            }
            synchronized (this) {
                sourceEndedFirst = !destinationEnded; // before the destination can know, and end in its turn
            }
            end(to);
            ended(true);
        } catch (Throwable e) { // whatever it is: the migration has failed
            failure.fail(located(e));
            discard(buffer);
        }
    }

    private synchronized Connection awaitOutgoing() throws IOException, InterruptedException {
        while (outgoing == null) {
            failure.check();
            wait();
        }
        return outgoing;
    }

    private void write(Connection to, ByteBuffer bytes) throws IOException {
        writing = true;
        to.writeFully(bytes);
        writing = false;
    }

    private void readAlong(Connection to) throws IOException {
        bytesForward = Integer.BYTES;
        MainStreamReader stream = new MainStreamReader(into -> readAndCopy(into, to), PAGE_SIZE_BY_DEFAULT, 0, new Figures());
        try {
            stream.readRam();
            behindRam();
            whole = stream.passTail();
        } catch (RefusedException e) {
            throw e;
        } catch (WireException e) {
            LOG.debug("main channel is no longer read along, only copied: {}", e.getMessage());
            blind = true;
            pageSizeKnown.accept(PAGE_SIZE_BY_DEFAULT);
            behindRam();
        }
    }

    private synchronized void behindRam() {
        inRam = false;
    }

    private int readAndCopy(ByteBuffer into, Connection to) throws IOException {
        synchronized (this) {
            starved = true;
            if (destinationEnded && inRam) {
                throw destinationStopped();
            }
        }
        int start = into.position();
        int limit = into.limit();
        int n = incoming.read(into);
        synchronized (this) {
            starved = false;
            if (n < 0 && destinationEnded && inRam) {
                throw destinationStopped();
            }
        }
        if (n > 0) {
            bytesForward += n;
            if (ramBytes == 0) {
                channelsKnown = settle.await();
            }
            write(to, into.limit(start + n).position(start));
            into.limit(limit);
        }
        return n;
    }

    private IOException destinationStopped() {
        return new DestinationGoneException(destination() + "closed in the middle of the migration; see the destination's own"
                + " message", null);
    }

    /** Whatever the source still sends must be read, or what the destination said would be lost on its way there. */
    private void discard(ByteBuffer buffer) {
        try {
            while (incoming.read(buffer.clear()) >= 0) {
                LOG.trace("discarded {} bytes of main", buffer.position());
            }
        } catch (IOException e) {
            LOG.debug("main channel: {}", Errors.text(e));
        }
    }

    /** From the destination to the source. */
    private void backward() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            try {
                refusal = new ReturnPathReader(into -> copyBack(into)).readShut();
                confirmed = refusal == null;
            } catch (WireException e) {
                LOG.debug("return path is no longer read along, only copied: {}", e.getMessage());
                deaf = true;
            } catch (EOFException e) {
                LOG.debug("{}", e.getMessage());
            }
            while (copyBack(buffer.clear()) >= 0) {
                continue;
            }
            synchronized (this) {
                destinationEnded = true; // before the source can know, and end in its turn
            }
            end(incoming);
            if (refusal != null) {
                throw new DestinationFailedException(refusal);
            }
            ended(false);
        } catch (Throwable e) { // whatever it is: the migration has failed
            failure.fail(e);
        }
    }

    private int copyBack(ByteBuffer into) throws IOException {
        int start = into.position();
        int limit = into.limit();
        int n;
        try {
            n = outgoing.read(into);
        } catch (IOException e) {
            throw new DestinationGoneException(destination() + Errors.text(e), e);
        }
        if (n > 0) {
            unprompted = failure.first() == null; // before the source can know it, and fail of it
            bytesBack += n;
            writeBack(into.limit(start + n).position(start));
            into.limit(limit);
        }
        return n;
    }

    /** Once the migration has failed the source may be gone; why the destination failed is then still to be read. */
    private void writeBack(ByteBuffer bytes) throws IOException {
        if (!sourceGone) {
            try {
                incoming.writeFully(bytes);
            } catch (IOException e) {
                if (failure.first() == null) {
                    throw new IOException(source() + Errors.text(e), e);
                }
                sourceGone = true;
            }
        }
        bytes.position(bytes.limit());
    }

    private void ended(boolean ofSource) throws IOException {
        synchronized (this) {
            sourceEnded |= ofSource;
            destinationEnded |= !ofSource;
            if (destinationEnded && inRam && starved) {
                throw destinationStopped();
            }
        }
        changed.run();
    }

    private static void end(Connection connection) {
        try {
            connection.shutdownMain();
        } catch (IOException e) {
            LOG.debug("{} has closed already: {}", connection.peer(), Errors.text(e));
        }
    }

    private Throwable located(Throwable error) {
        if (!(error instanceof IOException) || error instanceof Failure.Aborted || error instanceof WireException
                || error instanceof DestinationGoneException) {
            return error;
        }
        return writing ? new DestinationGoneException(destination() + Errors.text(error), error)
                : new IOException(source() + Errors.text(error), error);
    }

    private String source() {
        return "main channel from source " + incoming.peer() + ": ";
    }

    private String destination() {
        return "main channel to destination " + (outgoing == null ? "" : outgoing.peer()) + ": ";
    }

    /** Whether both directions have ended. */
    synchronized boolean ended() {
        return sourceEnded && destinationEnded;
    }

    /** After both ends: a source that asked to be told must have been told, and one that did not must have sent all. */
    synchronized void check() throws IOException {
        boolean unconfirmed = returnPath && !confirmed && !deaf;
        if (!confirmed && !blind && !whole && (sourceEndedFirst || !unconfirmed)) {
            throw new IOException(source() + "closed in the device state, expected a VM description (JSON) at its end; the source"
                    + " stopped in the middle of the migration, or its machine has suppress-vmdesc, which needs its capability"
                    + " return-path");
        }
        if (unconfirmed) {
            throw new IOException(destination() + "closed without a word that the guest is loaded; see the destination's own message");
        }
    }

    /** Whether that is what the migration failed of: the destination said so first, or its connections broke. */
    private boolean explains(Throwable first) {
        return first instanceof DestinationGoneException
                || unprompted && Errors.toMigration(first, Kind.STREAM).kind() == Kind.PEER;
    }

    /** The destination's own reason, if it is that of the first error; otherwise the first error. */
    Throwable reason(Throwable first) {
        return refusal != null && first != null && explains(first) ? new DestinationFailedException(refusal) : first;
    }

    /** How many SYNCs each channel must have had; 0 if that is not known. */
    int marks() {
        return blind ? 0 : rounds;
    }

    boolean confirmed() {
        return confirmed;
    }

    /** Waits for both directions' threads; somebody closes the connections if need be. */
    void join() {
        Threads.join(forward);
        Threads.join(back);
    }

    synchronized void closeConnections() {
        incoming.close();
        if (outgoing != null) {
            outgoing.close();
        }
    }

    /** What the stream says of the migration. */
    private final class Figures implements MainStreamHandler {

        @Override
        public void configuration(Configuration configuration) {
            known(configuration.pageSize());
        }

        private void known(int size) {
            pageSize = size == 0 ? PAGE_SIZE_BY_DEFAULT : size;
            pageSizeKnown.accept(pageSize);
        }

        @Override
        public void openReturnPath() {
            returnPath = true;
        }

        @Override
        public void ping(int value) {
            // the destination answers it
        }

        @Override
        public void ramList(List<BlockEntry> blocks) throws WireException {
            if (channelsKnown == 0) {
                throw new RefusedException("main channel: received a list of RAM blocks and no multifd channel, expected 1..255; set the"
                        + " capability multifd at the source");
            }
            if (pageSize == 0) {
                known(0);
            }
            ramBytes = blocks.stream().mapToLong(BlockEntry::length).sum();
        }

        @Override
        public void zeroPage(int block, long offset) {
            zeroPages++;
        }

        @Override
        public void page(int block, long offset, ByteBuffer page) {
            // part of main's bytes
        }

        @Override
        public void sync() {
            rounds++;
        }
    }
}
