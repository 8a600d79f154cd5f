package org.multifd.bench.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.bench.method.MethodLevel;

/**
 * A stopped QEMU with something in its RAM, and one that waits for it; both migrate with return path and without
 * compression.
 */
public final class Qemus implements AutoCloseable {

    private static final String QEMU = "qemu-system-x86_64";

    private final Qemu source;
    private final Qemu destination;

    public Qemus(Path directory, int mebibytes, Path blob, int channels) throws IOException {
        source = Qemu.stopped(QEMU, Files.createDirectories(directory.resolve("source")), mebibytes,
                List.of("-device", "loader,force-raw=on,addr=0x200000,file=" + blob));
        destination = Qemu.stopped(QEMU, Files.createDirectories(directory.resolve("destination")), mebibytes,
                List.of("-incoming", "defer"));
        source.prepare(MethodLevel.parse("none"), channels);
        destination.prepare(MethodLevel.parse("none"), channels);
    }

    /** The destination waits. */
    public String listen() throws IOException {
        return destination.listen();
    }

    /** Migrates and compares; the seconds that it took. */
    public double migrate(String uri) throws IOException {
        long start = System.nanoTime();
        source.migrate(uri);
        source.awaitCompleted();
        double seconds = (System.nanoTime() - start) * 1e-9;
        destination.awaitCompleted();
        if (!Arrays.equals(Files.readAllBytes(source.ram()), Files.readAllBytes(destination.ram()))) {
            throw new IOException("the destination's RAM differs from the source's");
        }
        return seconds;
    }

    public static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
        destination.close();
    }
}
