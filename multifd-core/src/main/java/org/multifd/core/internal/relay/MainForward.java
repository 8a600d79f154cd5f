package org.multifd.core.internal.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RefusedException;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Main from the source to the destination. A record goes on once it was accepted, and a mark once every channel has
 * written its SYNC: a destination that reads a mark waits for those without end. Behind what was refused nothing goes
 * on.
 */
final class MainForward implements MainStreamHandler, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(MainForward.class);
    private static final int DISCARDED_AT_ONCE = 128 * 1024;

    private final RelayMain main;
    private final Gate gate;
    /** The page size in bytes, 0 until it is known. */
    volatile int pageSize;
    volatile long ramBytes;
    /** How many marks have passed: so many SYNCs each channel must have had. */
    volatile int marks;
    volatile long zeroPages;
    /** Bytes that have gone on. */
    volatile long bytes;

    MainForward(RelayMain main) {
        this.main = main;
        this.gate = new Gate(main.incoming, this::write, Integer.BYTES);
    }

    /** Works until the source ends main; the magic has been read and is passed on by others. */
    @Override
    public void run() {
        try {
            pass();
            end();
        } catch (Throwable e) { // whatever it is: the migration has failed
            main.failure.fail(e);
            discard();
        }
    }

    private void pass() throws IOException {
        MainStreamReader stream = new MainStreamReader(gate, Limits.USUAL_PAGE_SIZE, 0, this);
        try {
            stream.readRam();
            main.state.enter(RelayState.TAIL);
            stream.passTail();
            gate.passOn();
        } catch (Failure.Aborted | WireException | DestinationGoneException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(main.source() + Errors.text(e), e);
        }
    }

    private void end() throws IOException {
        switch (main.state.sourceEnds()) {
            case NORMAL -> {
                RelayMain.end(main.outgoing);
                main.channels.release();
                main.state.passedEnd();
            }
            case CUT -> throw new IOException(main.source()
                    + "closed in the device state, expected a VM description (JSON) at its end; the source stopped "
                    + "in the middle of the migration, or its machine has suppress-vmdesc, which needs its "
                    + "capability return-path");
            default -> throw new IOException(main.source()
                    + "closed before the destination had said that the guest is loaded, expected the source to wait; "
                    + "it has given the migration up");
        }
    }

    /** Goes on to the destination, once it is there. */
    private void write(ByteBuffer accepted) throws IOException {
        Connection to = main.awaitOutgoing();
        int count = accepted.remaining();
        try {
            to.writeFully(accepted);
        } catch (IOException e) {
            throw new DestinationGoneException(main.destination() + Errors.text(e), e);
        }
        bytes = bytes + count;
    }

    /** Whatever the source still sends must be read, or what the destination said would be lost on its way there. */
    private void discard() {
        ByteBuffer buffer = ByteBuffer.allocate(DISCARDED_AT_ONCE);
        try {
            while (main.incoming.read(buffer.clear()) >= 0) {
                LOG.trace("discarded {} bytes of main", buffer.position());
            }
        } catch (IOException e) {
            LOG.debug("main channel: {}", Errors.text(e));
        }
    }

    @Override
    public void accepted(long position) {
        if (pageSize != 0) { // until then nothing is waited for: the destination may be asked by it
            gate.accept(position);
        }
    }

    @Override
    public void configuration(Configuration configuration) {
        known(configuration.pageSize());
    }

    private void known(int size) {
        pageSize = size == 0 ? Limits.USUAL_PAGE_SIZE : size;
        main.channels.pageSize(pageSize);
    }

    @Override
    public void openReturnPath() {
        main.state.openReturnPath();
    }

    @Override
    public void ping(int value) {
        // the destination answers it
    }

    @Override
    public void ramList(List<BlockEntry> blocks) throws IOException {
        if (main.settle() == 0) {
            throw new RefusedException("main channel: received a list of RAM blocks and no multifd channel, expected "
                    + "1.." + Limits.CHANNELS + "; set the capability multifd at the source");
        }
        if (pageSize == 0) {
            known(0);
        }
        main.state.enter(RelayState.RAM);
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
    public void sync() throws IOException {
        gate.passOn();
        main.channels.awaitSyncs(marks + 1);
        marks++;
    }

    @Override
    public void tail(boolean described) throws IOException {
        main.state.tail(described || MainStreamReader.mayEnd(gate.last()), described);
    }
}
