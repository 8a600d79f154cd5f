package org.multifd.cli.bench;

import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.PageRuns;
import org.multifd.api.ParameterValues;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.ProviderInfo;
import org.multifd.core.internal.provider.Origin;
import org.multifd.core.internal.provider.PayloadInput;
import org.multifd.core.internal.provider.MethodUse;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;

/**
 * What a method makes of a sample of memory: its pages go through the method's sender and receiver as a channel's
 * packets, without a connection, and are compared.
 */
public final class MethodTrial {

    /** Room for what arrives, so large that a processor's fast caches do not hold all of it. */
    private static final int PLACES = 32;

    private static final int WARM_PACKETS = 8;

    /** Fewer would not be a sample of anything, however slow the method is. */
    private static final int LEAST_PACKETS = 16;

    private static final int LOOK_MILLIS = 50;

    private final Sample sample;
    private final int pageCount;
    private final RamBlock arrived;
    private final LongSupplier clock;
    private final int timeoutMillis;
    private final Consumer<String> warnings;
    private String method;
    private Seat sender;
    private Seat receiver;
    private ByteBuffer[] packet;
    private RamRuns from;
    private RamRuns to;
    private final ByteBuffer copy = ByteBuffer.allocateDirect(2 * Sample.PACKET);
    private volatile int packets;
    private long payloadBytes;
    private long sendNanos;
    private long receiveNanos;

    /**
     * What one method came to.
     *
     * @param bytes bytes of pages that went through it
     * @param payloadBytes what they became
     * @param sendNanos what making the payloads took, by the clock given
     * @param receiveNanos what making pages of them again took
     */
    public record Result(long bytes, long payloadBytes, long sendNanos, long receiveNanos) {
    }

    /**
     * Prepares trials on a sample.
     *
     * @param clock nanoseconds by whatever is to be counted: the thread's processor time, as a rule
     * @param timeoutMillis how long each call of a method may take
     * @param warnings is told of a method that cannot be closed
     */
    public MethodTrial(Sample sample, LongSupplier clock, int timeoutMillis, Consumer<String> warnings) {
        this.sample = sample;
        this.clock = clock;
        this.timeoutMillis = timeoutMillis;
        this.warnings = warnings;
        this.pageCount = Sample.PACKET / sample.memory().pageSize();
        this.arrived = new RamBlock("arrived", sample.memory().pageSize(), true,
                ByteBuffer.allocateDirect(PLACES * Sample.PACKET));
    }

    /** A payload that is in memory. */
    private static final class Memory implements PayloadInput {

        private final Map<ByteBuffer, ByteBuffer> views = new IdentityHashMap<>();
        private ByteBuffer view;

        void take(ByteBuffer bytes) {
            view = views.computeIfAbsent(bytes, ByteBuffer::asReadOnlyBuffer).clear().limit(bytes.limit());
        }

        @Override
        public ByteBuffer read(int start, int end) {
            return view.limit(end).position(start);
        }

        @Override
        public void readInto(PageRuns pages, int start) {
            pages.copyFrom(view.limit(start + pages.bytes()).position(start));
        }
    }

    /**
     * Runs one method over the pages that are not zero: all of them, or as many packets, taken evenly, as the time
     * allows, and sixteen at least.
     *
     * @param given values of its parameters
     * @param nanos how long by the clock, more or less
     * @return what it came to; all zero for memory that is all zero
     * @throws MigrationException of kind {@code METHOD} if there is no such usable method, or it failed or gave back
     *     other pages, of kind {@code INTERNAL} if it broke its contract
     */
    public Result run(MethodRegistry registry, ProviderInfo info, Map<String, String> given, long nanos)
            throws MigrationException {
        method = info.name();
        if (!info.availability().canSend()) {
            throw new MigrationException(Kind.METHOD, "method " + method + " can only receive here: "
                    + info.availability().detail());
        }
        packets = 0;
        packet = Seat.packet(pageCount);
        from = new RamRuns(sample.memory().pageSize(), pageCount, true);
        to = new RamRuns(sample.memory().pageSize(), pageCount, false);
        forget();
        MultiFDMethods methods = registry.find(method);
        ParameterValues values = ParameterValues.of(info.parameters(), given);
        String origin = new Origin(info.providerClass(), info.module(), info.version(), info.location(), info.layer())
                .toString();
        sender = new Seat(MethodUse.inOrder(methods, method, origin, values), () -> "packet " + packets);
        receiver = new Seat(MethodUse.inOrder(methods, method, origin, values), () -> "packet " + packets);
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(nanos, result), "multifd-bench");
        thread.setDaemon(true);
        thread.start();
        await(thread, result);
        try {
            return result.join();
        } catch (CompletionException e) {
            throw reason(e.getCause());
        }
    }

    private MigrationException reason(Throwable error) {
        if (error instanceof Error fatal) {
            throw fatal;
        }
        return error instanceof MigrationException known ? known
                : new MigrationException(Kind.METHOD, "method " + method + ": " + error.getMessage(), error);
    }

    /** A call that does not return keeps its thread; it is not waited for longer than the timeout. */
    private void await(Thread thread, CompletableFuture<Result> result) throws MigrationException {
        try {
            while (thread.isAlive()) {
                thread.join(LOOK_MILLIS);
                for (Seat each : List.of(sender, receiver)) {
                    if (each.giveUp(TimeUnit.MILLISECONDS.toNanos(timeoutMillis)) != null) {
                        warnings.accept(each.overdue(timeoutMillis).getMessage());
                        result.completeExceptionally(each.overdue(timeoutMillis));
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException(Kind.INTERRUPTED, "interrupted", e);
        }
    }

    /** On a thread of its own, which a method that does not return keeps. */
    private void run(long nanos, CompletableFuture<Result> result) {
        try {
            sender.setUpSender(0, sample.memory().pageSize());
            receiver.setUpReceiver(0, sample.memory().pageSize(), sender.told());
            result.complete(measure(nanos));
        } catch (Throwable e) { // a provider may throw anything
            result.completeExceptionally(e);
        }
        for (Seat each : List.of(receiver, sender)) {
            try {
                each.close();
            } catch (Throwable e) { // as above; what was measured holds
                warnings.accept(String.valueOf(e.getMessage()));
            }
        }
    }

    private Result measure(long nanos) throws Exception {
        Memory input = new Memory();
        int count = sample.packets().size();
        long start = clock.getAsLong();
        for (int i = 0; i < Math.min(WARM_PACKETS, count) && clock.getAsLong() - start <= nanos / 4; i++) {
            packet(i, input);
        }
        forget();
        start = clock.getAsLong();
        long bytes = 0;
        int step = step(count);
        for (int i = 0; i < count && (i < LEAST_PACKETS || clock.getAsLong() - start < nanos); i++) {
            bytes += packet((int) ((long) i * step % count), input);
        }
        return new Result(bytes, payloadBytes, sendNanos, receiveNanos);
    }

    /** What was measured so far does not count: it was cold. */
    private void forget() {
        payloadBytes = 0;
        sendNanos = 0;
        receiveNanos = 0;
    }

    /** One packet there and back; then compares. */
    private int packet(int number, Memory input) throws Exception {
        long[] offsets = sample.packets().get(number);
        long place = number % PLACES * (long) Sample.PACKET;
        long[] places = new long[offsets.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = place + offsets[i] % Sample.PACKET;
        }
        from.set(sample.memory(), offsets, offsets.length);
        to.set(arrived, places, places.length);
        long start = clock.getAsLong();
        int buffers = sender.encode(from, packet);
        long sent = clock.getAsLong();
        ByteBuffer wire = packet[1];
        if (buffers > 1 || wire == from.buffer(0)) { // with the pages: the socket's copy, not the method's matter
            wire = copy.clear();
            for (int i = 1; i <= buffers; i++) {
                wire.put(packet[i]);
            }
            wire.flip();
        }
        input.take(wire);
        long arrival = clock.getAsLong();
        receiver.decode(to, input, wire.limit());
        receiveNanos += clock.getAsLong() - arrival;
        sendNanos += sent - start;
        payloadBytes += wire.limit();
        packets++;
        compare();
        return from.bytes();
    }

    private void compare() throws MultiFDException {
        for (int run = 0; run < from.runs(); run++) {
            if (from.buffer(run).mismatch(to.buffer(run)) >= 0) {
                throw new MultiFDException("the pages that arrived differ from those sent");
            }
        }
    }

    /** So far apart that a part of the packets is taken from everywhere; no divisor in common with their number. */
    private static int step(int count) {
        int step = (int) (count * 0.618) | 1;
        while (gcd(step, count) != 1) {
            step += 2;
        }
        return step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
