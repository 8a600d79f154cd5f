package org.multifd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A stopped QEMU with something in its RAM, and one that waits for it; both migrate with return path and without compression. */
final class Qemus implements AutoCloseable {

    private static final long BLOB_ADDRESS = 2 << 20;

    private final Qemu source;
    private final Qemu destination;

    Qemus(Path directory, int mebibytes, Path blob, int channels) throws IOException {
        source = new Qemu(Files.createDirectories(directory.resolve("source")), mebibytes, true, Qemu.with(BLOB_ADDRESS, blob));
        destination = new Qemu(Files.createDirectories(directory.resolve("destination")), mebibytes, true, Qemu.WAITING);
        for (Qemu each : List.of(source, destination)) {
            each.configure("none", channels);
        }
    }

    /** The destination waits. */
    String listen() throws IOException {
        return destination.listen();
    }

    /** Migrates and compares; the seconds that it took. */
    double migrate(String uri) throws IOException {
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

    static void delete(Path directory) throws IOException {
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
