package org.multifd.bench.packet;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.multifd.api.MultiFDException;
import org.multifd.bench.data.GuestImage;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A method's work on each packet beside its bare codec's on the same bytes. One operation is a pass of both over all
 * packets of an image, in turns; {@link Counters} tells them apart.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PacketPath {

    /** The method's name. */
    @Param({"none", "zlib", "zstd", "lz4"})
    public String method;

    /** The level, or -1 for the method's default. */
    @Param("-1")
    public int level;

    /** {@code send} or {@code receive}. */
    @Param({"send", "receive"})
    public String direction;

    /** {@code whole}, {@code dirty} or {@code dirty:8}, as {@link Packets} says. */
    @Param({"whole", "dirty"})
    public String pages;

    /** {@code synthetic}, or a file of raw memory. */
    @Param(GuestImage.SYNTHETIC)
    public String image;

    /** The image's size, more than the processor's own caches. */
    @Param("32")
    public int mebibytes;

    private Duel duel;

    /** Sums over an iteration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Counters {
        public long pathNanos;
        public long bareNanos;
        public long pathAllocated;
        public long bareAllocated;
        public long packets;
        public long pageBytes;
        public long payloadBytes;
    }

    @Setup(Level.Trial)
    public void setUp() throws MultiFDException, IOException {
        duel = new Duel(method, level, Duel.Direction.valueOf(direction.toUpperCase(Locale.ROOT)),
                new Packets(GuestImage.load(image, (long) mebibytes << 20), pages));
    }

    @Benchmark
    public void pass(Counters counters) throws MultiFDException, IOException {
        Turns turns = duel.turns();
        turns.pass();
        counters.pathNanos += turns.nanos(Duel.PATH);
        counters.bareNanos += turns.nanos(Duel.BARE);
        counters.pathAllocated += turns.allocated(Duel.PATH);
        counters.bareAllocated += turns.allocated(Duel.BARE);
        counters.packets += duel.packets().count();
        counters.pageBytes += duel.packets().bytes();
        counters.payloadBytes += duel.payloads().bytes();
    }

    @TearDown(Level.Trial)
    public void tearDown() throws MultiFDException {
        duel.check();
        duel.close();
    }
}
