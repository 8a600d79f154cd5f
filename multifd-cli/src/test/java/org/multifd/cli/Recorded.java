package org.multifd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A snapshot that QEMU 10.2 wrote, of core's test resources. */
final class Recorded {

    private Recorded() {
    }

    static Path snapshot(Path directory) throws IOException {
        Path file = directory.resolve("guest.mig");
        Path recorded = Path.of("..", "multifd-core", "src", "test", "resources", "captures", "qemu-10.2",
                "running-mapped-ram.mig.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(recorded))) {
            Files.copy(in, file);
        }
        return file;
    }
}
