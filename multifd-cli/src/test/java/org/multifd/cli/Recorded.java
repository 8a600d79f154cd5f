package org.multifd.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A snapshot that QEMU 10.0 wrote, of core's test resources. */
final class Recorded {

    private static final Path CAPTURES = Path.of("..", "multifd-core", "src", "test", "resources", "captures");
    private static final String NAME = "qemu-10.0/running-mapped-ram";

    private Recorded() {
    }

    static Path snapshot(Path directory) throws IOException {
        Path file = directory.resolve("guest.mig");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(CAPTURES.resolve(NAME + ".mig.gz")))) {
            Files.copy(in, file);
        }
        return file;
    }

    /** The MD5 of the guest's RAM as its memory file had it. */
    static String md5() throws IOException {
        return Files.readAllLines(CAPTURES.resolve("pc.ram.md5")).stream().filter(line -> line.endsWith("  " + NAME))
                .findFirst().orElseThrow().substring(0, 32);
    }
}
