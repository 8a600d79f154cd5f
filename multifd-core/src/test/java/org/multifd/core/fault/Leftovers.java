package org.multifd.core.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What migrations that have ended must not leave in this process: counted before and after. */
final class Leftovers {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    /** More than it ever takes: what has waited for the collector's own threads is gone sooner. */
    private static final int COLLECTIONS = 500;
    /** So often the same in a row is what stays. */
    private static final int STEADY = 10;

    private final long descriptors;
    private final long direct;
    private final long methods;

    private Leftovers(long descriptors, long direct, long methods) {
        this.descriptors = descriptors;
        this.direct = direct;
        this.methods = methods;
    }

    /** Now; what nobody refers to any more is collected first. */
    static Leftovers now() throws Exception {
        return new Leftovers(descriptors(), settledDirect(0), CountedMethods.OPEN.get());
    }

    /** Nothing has come up since. */
    void assertNone() throws Exception {
        assertNone(0);
    }

    /** Nothing has come up since, but for so much of direct memory. */
    void assertNone(long kept) throws Exception {
        assertEquals(List.of(), threads(), "threads left");
        assertEquals(methods, CountedMethods.OPEN.get(), "compressors and decompressors left open");
        long open = descriptors();
        for (int i = 0; i < COLLECTIONS && open > descriptors; i++) {
            System.gc(); // the JDK's own: a jar that a class came from, a channel of a test's
            Thread.sleep(20);
            open = descriptors();
        }
        if (open > descriptors) {
            assertEquals(descriptors, open, "descriptors left: " + list());
        }
        long left = settledDirect(direct + kept);
        if (left > direct + kept) {
            assertEquals(direct, left, "bytes of direct memory left");
        }
    }

    static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("multifd-"))
                .toList();
    }

    private static long descriptors() throws IOException {
        return list().size();
    }

    private static List<String> list() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.map(Leftovers::target).filter(target -> !target.endsWith("/fd")).sorted().toList();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return descriptor + "/fd"; // the one that lists them
        }
    }

    /** Direct memory is freed when its buffers are collected: as often as it takes to get down to what was there. */
    private static long settledDirect(long wanted) throws InterruptedException {
        long last = Long.MAX_VALUE;
        int steady = 0;
        for (int i = 0; i < COLLECTIONS && steady < STEADY; i++) {
            System.gc();
            Thread.sleep(20);
            long used = direct();
            if (used <= wanted) {
                return used;
            }
            steady = used == last ? steady + 1 : 0;
            last = used;
        }
        return last;
    }

    static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }
}
