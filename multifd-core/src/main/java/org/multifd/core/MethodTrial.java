package org.multifd.core;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.TrialChannel;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.MemorySource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.snapshot.FileSource;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.snapshot.SnapshotException;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * What methods make of some memory: its pages go through a method's sender and receiver as a channel's packets,
 * without a connection, and are compared. One thread's.
 */
public final class MethodTrial {

    private static final int PACKET = PacketHeader.PACKET_BYTES;

    /** Room for what arrives, so large that a processor's fast caches do not hold all of it. */
    private static final int PLACES = 32;

    private static final int WARM_PACKETS = 8;

    /** Fewer would not be a sample of anything, however slow the method is. */
    private static final int LEAST_PACKETS = 16;

    private final MethodRegistry registry;
    private final RamBlock memory;
    private final RamBlock arrived;
    private final List<long[]> packets = new ArrayList<>();
    private final MemorySource source;
    private long normalPages;

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

    private MethodTrial(MethodRegistry registry, ByteBuffer sample, int pageSize) {
        this.registry = registry;
        this.memory = new RamBlock("sample", pageSize, false, sample);
        this.arrived = new RamBlock("arrived", pageSize, true, ByteBuffer.allocateDirect(PLACES * PACKET));
        this.source = new MemorySource(pageSize, PacketHeader.pageCount(pageSize));
        for (long at = 0; at < memory.length(); at += PACKET) {
            cut(at, Math.min(memory.length(), at + PACKET));
        }
    }

    private void cut(long from, long to) {
        long[] offsets = new long[PacketHeader.pageCount(memory.pageSize())];
        int count = 0;
        for (long at = from; at < to; at += memory.pageSize()) {
            if (!source.isZero(memory, at)) {
                offsets[count++] = at;
            }
        }
        if (count > 0) {
            packets.add(Arrays.copyOf(offsets, count));
            normalPages += count;
        }
    }

    /**
     * Takes a sample of memory from a file: of a snapshot, a mapped-ram file, all of its RAM blocks; of any other file
     * its bytes, as raw memory of 4 KiB pages. A file that holds more is sampled evenly, in pieces of one packet.
     *
     * @param registry where methods come from
     * @param file the file
     * @param bytes how much to take at most; at least one packet, 512 KiB, is
     * @return ready to be run
     * @throws MigrationException of kind {@code FILE} if the file cannot be read, or holds not one packet
     */
    public static MethodTrial of(MethodRegistry registry, Path file, long bytes) throws MigrationException {
        Objects.requireNonNull(registry, "registry");
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
            if (channel.read(start, 0) == Integer.BYTES && start.getInt(0) == MainStreamReader.MAGIC) {
                try (Snapshot snapshot = Snapshot.open(file)) {
                    return ofSnapshot(registry, snapshot, file, bytes);
                }
            }
            int pieces = pieces(channel.size() / PACKET, bytes, file);
            ByteBuffer sample = ByteBuffer.allocateDirect(pieces * PACKET);
            for (int i = 0; i < pieces; i++) {
                readFully(channel, sample.limit((i + 1) * PACKET), i * (channel.size() / PACKET) / pieces * PACKET);
            }
            return new MethodTrial(registry, sample.clear(), Limits.USUAL_PAGE_SIZE);
        } catch (SnapshotException e) {
            throw Errors.toMigration(e, Kind.FILE);
        } catch (NoSuchFileException e) {
            throw new MigrationException(Kind.FILE, "file:" + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new MigrationException(Kind.FILE, "file:" + file + ": cannot be read: "
                    + GuestFile.reason(e, "there is no such file"), e);
        }
    }

    private static MethodTrial ofSnapshot(MethodRegistry registry, Snapshot snapshot, Path file, long bytes)
            throws IOException, MigrationException {
        int pageSize = snapshot.blocks().pageSize();
        List<RamBlock> owners = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < snapshot.blocks().count(); i++) {
            RamBlock block = snapshot.blocks().get(i);
            for (long at = 0; at + PACKET <= block.length(); at += PACKET) {
                owners.add(block);
                offsets.add(at);
            }
        }
        int pieces = pieces(owners.size(), bytes, file);
        ByteBuffer sample = ByteBuffer.allocateDirect(pieces * PACKET);
        FileSource pages = new FileSource(snapshot);
        long[] wanted = new long[PACKET / pageSize];
        for (int i = 0; i < pieces; i++) {
            int piece = (int) ((long) i * owners.size() / pieces);
            for (int page = 0; page < wanted.length; page++) {
                wanted[page] = offsets.get(piece) + (long) page * pageSize;
            }
            pages.read(owners.get(piece), wanted, wanted.length).copyTo(sample.limit((i + 1) * PACKET));
        }
        return new MethodTrial(registry, sample.clear(), pageSize);
    }

    private static int pieces(long available, long bytes, Path file) throws MigrationException {
        if (available == 0) {
            throw new MigrationException(Kind.FILE, "file:" + file
                    + ": received less memory than one packet, expected at least "
                    + PACKET + " bytes");
        }
        return (int) Math.max(1, Math.min(Math.min(bytes, RamBlock.SEGMENT_BYTES) / PACKET, available));
    }

    private static void readFully(FileChannel file, ByteBuffer into, long position) throws IOException {
        for (long at = position; into.hasRemaining();) {
            int n = file.read(into, at);
            if (n < 0) {
                throw new EOFException("it became shorter while it was read");
            }
            at += n;
        }
    }

    /** {@return how many bytes of memory the sample has} */
    public long bytes() {
        return memory.length();
    }

    /** {@return how many bytes of it are not zero; the rest never reaches a method} */
    public long normalBytes() {
        return normalPages * memory.pageSize();
    }

    /**
     * Runs one method over the pages that are not zero: all of them, or as many packets, taken evenly, as the time
     * allows, and sixteen at least.
     *
     * @param parameters {@code multifd-compression} names the method, one; its parameters may be set beside it
     * @param clock nanoseconds by whatever is to be counted: the thread's processor time, as a rule
     * @param nanos how long by that clock, more or less
     * @return what it came to; all zero for memory that is all zero
     * @throws MigrationException of kind {@code METHOD} if there is no such usable method, or it failed or gave back
     *     other
     *     pages, of kind {@code USAGE} if a parameter is out of its range
     */
    public Result run(MigrationParameters parameters, LongSupplier clock, long nanos) throws MigrationException {
        String name = parameters.multifdCompression().isEmpty() ? "none" : parameters.multifdCompression().get(0);
        Failure failure = new Failure();
        try (Seats seats = new Seats(registry.providers(), parameters.methodParameters(), parameters.timeout(),
                failure)) {
            TrialChannel channel = new TrialChannel(seats, name, memory.pageSize(), clock);
            CompletableFuture<Result> result = new CompletableFuture<>();
            failure.onFailure(() -> result.completeExceptionally(failure.first()));
            Thread thread = Threads.worker(() -> run(channel, clock, nanos, failure, result), "multifd-trial");
            thread.start();
            Threads.join(thread);
            return result.join();
        } catch (CompletionException e) {
            MigrationException error = Errors.toMigration(failure.first(), Kind.METHOD);
            throw failure.first() instanceof MultiFDException
                    ? new MigrationException(Kind.METHOD, "method " + name + ": " + error.getMessage(), error) : error;
        }
    }

    /** On a thread of its own, which a method that does not return keeps. */
    private void run(TrialChannel channel, LongSupplier clock, long nanos, Failure failure,
            CompletableFuture<Result> result) {
        try {
            channel.setUp();
            result.complete(measure(channel, clock, nanos));
        } catch (Throwable e) { // a provider may throw anything
            failure.fail(e);
        }
        channel.close(failure);
    }

    private Result measure(TrialChannel channel, LongSupplier clock, long nanos)
            throws IOException, MultiFDException, MigrationException {
        RamRuns to = new RamRuns(memory.pageSize(), PacketHeader.pageCount(memory.pageSize()), false);
        long start = clock.getAsLong();
        for (int i = 0; i < Math.min(WARM_PACKETS, packets.size()) && clock.getAsLong() - start <= nanos / 4; i++) {
            packet(channel, i, to);
        }
        channel.forget();
        start = clock.getAsLong();
        long bytes = 0;
        int step = step();
        for (int i = 0; i < packets.size() && (i < LEAST_PACKETS || clock.getAsLong() - start < nanos); i++) {
            bytes += packet(channel, (int) ((long) i * step % packets.size()), to);
        }
        return new Result(bytes, channel.payloadBytes(), channel.sendNanos(), channel.receiveNanos());
    }

    private int packet(TrialChannel channel, int number, RamRuns to)
            throws IOException, MultiFDException, MigrationException {
        long[] offsets = packets.get(number);
        long place = number % PLACES * (long) PACKET;
        long[] places = new long[offsets.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = place + offsets[i] % PACKET;
        }
        RamRuns from = source.read(memory, offsets, offsets.length);
        to.set(arrived, places, places.length);
        channel.packet(from, to);
        return from.bytes();
    }

    /** So far apart that a part of the packets is taken from everywhere; no divisor in common with their number. */
    private int step() {
        int step = (int) (packets.size() * 0.618) | 1;
        while (gcd(step, packets.size()) != 1) {
            step += 2;
        }
        return step;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
