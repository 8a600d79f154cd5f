package org.multifd.core.internal.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.wire.Text;

/**
 * One channel's sender or receiver, from its set-up to its close: the place from which a migration calls a provider's
 * code. All calls come from one thread, the channel's own. {@link CallClock} has their environment, and how another
 * thread gives one up.
 */
public final class Seat {

    private static final String VERIFY = "; multifd verify tries its provider rule by rule";

    private final MethodUse use;
    private final Supplier<String> place;
    private final CallClock clock;
    private final AtomicReference<AutoCloseable> open = new AtomicReference<>();
    private final Effort effort = new Effort();
    private final PacketPayload payload = new PacketPayload(effort);
    private final PacketPayloadSource source = new PacketPayloadSource(this);
    private MultiFDSender sender;
    private MultiFDReceiver receiver;
    private ByteBuffer told;

    /** @param place channel and packet, for the message of a call that does not return */
    public Seat(MethodUse use, Supplier<String> place) {
        this.use = use;
        this.place = place;
        this.clock = new CallClock(use.methods().getClass().getClassLoader());
    }

    /** One of a provider's two set-ups. */
    @FunctionalInterface
    private interface SetUp<T extends AutoCloseable> {
        T get() throws MultiFDException;
    }

    /** Has the provider make the compressor of a channel. */
    public void setUpSender(int channel, int pageSize) throws MigrationException {
        SendParams params = new SendParams(use, channel, pageSize);
        sender = setUp("sendSetup", "a MultiFDSender", () -> use.methods().sendSetup(params));
        told = params.told();
    }

    /**
     * Has the provider make the decompressor of a channel.
     *
     * @param message what the sender told, or null
     */
    public void setUpReceiver(int channel, int pageSize, ByteBuffer message) throws MigrationException {
        RecvParams params = new RecvParams(use, channel, pageSize, message);
        receiver = setUp("recvSetup", "a MultiFDReceiver", () -> use.methods().recvSetup(params));
    }

    private <T extends AutoCloseable> T setUp(String call, String expected, SetUp<T> step) throws MigrationException {
        T made = null;
        use.scope().retain();
        ClassLoader outer = clock.enter(call);
        try {
            made = step.get();
            open.set(made);
        } catch (Throwable e) { // a provider may throw anything
            throw notSetUp(e);
        } finally {
            clock.leave(outer);
            if (made == null) {
                use.scope().release(use.toString());
            }
        }
        check(made, expected);
        return made;
    }

    /** What the sender's set-up told the receiver, or null. */
    public ByteBuffer told() {
        return told;
    }

    /** Refuses a version of the format that the provider's receivers do not decode; before its set-up. */
    public void checkFormat(int version) throws MigrationException {
        boolean reads;
        ClassLoader outer = clock.enter("readsFormat");
        try {
            reads = use.methods().readsFormat(version);
        } catch (Throwable e) { // a provider may throw anything
            throw broken(e);
        } finally {
            clock.leave(outer);
        }
        checkInTime();
        if (!reads) {
            throw new MigrationException(Kind.METHOD, "received format version " + version + " of method " + use.name()
                    + ", expected " + use.formatVersion() + ", which " + use.origin()
                    + " reads; use providers of the same format at both ends");
        }
    }

    private void check(Object made, String expected) throws MigrationException {
        checkInTime();
        if (made == null) {
            throw new MigrationException(Kind.INTERNAL, broken() + "received null, expected " + expected + VERIFY);
        }
    }

    private MigrationException notSetUp(Throwable e) {
        return e instanceof MultiFDException ? new MigrationException(Kind.METHOD,
                "method " + use.name() + " cannot be set up: " + text(e), e) : broken(e);
    }

    /**
     * Has the sender make one packet's payload.
     *
     * @param into gets the payload's buffers from index 1 on
     * @return how many buffers
     */
    public int encode(PageRuns pages, ByteBuffer[] into) throws MultiFDException, MigrationException {
        payload.reset();
        ClassLoader outer = clock.enter("prepare");
        try {
            sender.prepare(pages, payload);
        } catch (MultiFDException e) {
            throw shown(e);
        } catch (Throwable e) { // a provider may throw anything
            throw broken(e);
        } finally {
            clock.leave(outer);
        }
        checkInTime();
        return payload.finish(pages, into);
    }

    /** Room for the buffers of a packet: its header, and a payload of so many pages with a head. */
    public static ByteBuffer[] packet(int pageCount) {
        return new ByteBuffer[pageCount + 2];
    }

    /** How hard the sender is asked to compress. */
    public Effort effort() {
        return effort;
    }

    /** How many bytes the payload has that was made last. */
    public int payloadBytes() {
        return payload.bytes();
    }

    /**
     * Has the receiver fill one packet's pages from its payload. What reading the payload failed with is the reason,
     * whatever the method makes of it.
     *
     * @param length the payload's, in bytes
     * @return nanoseconds in the method, without waiting for the payload
     */
    public long decode(PageRuns pages, PayloadInput from, int length)
            throws IOException, MultiFDException, MigrationException {
        long start = System.nanoTime();
        source.reset(from, length);
        try {
            recv(pages);
            source.checkConsumed();
        } catch (MultiFDException | MigrationException e) {
            if (source.failure() != null) {
                throw source.failure();
            }
            throw e;
        }
        return System.nanoTime() - start - source.readNanos();
    }

    private void recv(PageRuns pages) throws MultiFDException, MigrationException {
        ClassLoader outer = clock.enter("recv");
        try {
            receiver.recv(pages, source);
        } catch (MultiFDException e) {
            throw shown(e);
        } catch (Throwable e) { // a provider may throw anything
            throw broken(e);
        } finally {
            clock.leave(outer);
        }
        checkInTime();
    }

    /** Tells what was set up that a round has ended. */
    public void endOfRound() throws MultiFDException, MigrationException {
        ClassLoader outer = clock.enter("endOfRound");
        try {
            if (sender != null) {
                sender.endOfRound();
            } else {
                receiver.endOfRound();
            }
        } catch (MultiFDException e) {
            throw shown(e);
        } catch (Throwable e) { // a provider may throw anything
            throw broken(e);
        } finally {
            clock.leave(outer);
        }
        checkInTime();
    }

    /** Closes what was set up. The first call does, whoever makes it; all others do nothing. */
    public void close() throws MigrationException {
        AutoCloseable closing = open.getAndSet(null);
        if (closing == null) {
            return;
        }
        ClassLoader outer = clock.enter("close");
        try {
            closing.close();
        } catch (MultiFDException e) {
            throw new MigrationException(Kind.METHOD, "method " + use.name() + " cannot be closed: " + text(e), e);
        } catch (Throwable e) { // a provider may throw anything
            throw broken(e);
        } finally {
            clock.leave(outer);
            use.scope().release(use.toString());
        }
    }

    /** Core waits for the peer inside a call. */
    void pause() {
        clock.pause();
    }

    /** The wait inside the call is over. */
    void resume() {
        clock.resume();
    }

    /** Whether the provider's code is at work. May be called from any thread. */
    public boolean isBusy() {
        return clock.isBusy();
    }

    /**
     * Gives the running call up if it has taken longer than that: from here on nobody waits for its thread.
     *
     * @return the thread, or null if there is no such call
     */
    public Thread giveUp(long limitNanos) {
        return clock.giveUp(limitNanos);
    }

    /** Whether the last call was the close, which no longer matters to the migration. */
    public boolean isClosing() {
        return clock.operation().equals("close");
    }

    /** What the migration fails with once the call was given up. */
    public MigrationException overdue(int limitMillis) {
        return new MigrationException(Kind.METHOD, place.get() + ": " + method() + " did not return from "
                + clock.operation() + " within " + limitMillis + " ms and its thread is given up" + VERIFY
                + ", or raise timeout if it is only slow");
    }

    /** A call that was given up may return after all: its thread goes no further than to close what it owns. */
    private void checkInTime() throws MigrationException {
        if (clock.isGivenUp()) {
            throw new MigrationException(Kind.METHOD, method() + " returned too late from " + clock.operation());
        }
    }

    /** What the provider threw and may not; errors fatal to the JVM pass. */
    private MigrationException broken(Throwable e) {
        Failures.passFatal(e);
        String how = Failures.explain(e, use.methods().getClass().getModule());
        return new MigrationException(Kind.INTERNAL, broken() + how + VERIFY, e);
    }

    private String broken() {
        return method() + " broke its contract in " + clock.operation() + ": ";
    }

    private String method() {
        return use.toString();
    }

    /** The same in one line: its message may be of any length, with any characters. */
    private static MultiFDException shown(MultiFDException e) {
        String line = text(e);
        return line.equals(Text.message(e)) ? e : new MultiFDException(line, e);
    }

    private static String text(Throwable e) {
        return Text.oneLine(Text.reason(e));
    }
}
