package org.multifd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    private static void shouldRefuse(String message, String... args) {
        StringWriter err = new StringWriter();
        assertEquals(2, Main.commandLine().setErr(new PrintWriter(err, true)).execute(args));
        assertEquals("multifd-bench: " + message + "; see --help", err.toString().strip());
    }

    @Test
    void shouldRefuseAnUnknownMethod() {
        shouldRefuse("received method lzo, expected one whose provider is on the class path", "--method", "zstd,lzo");
    }

    @Test
    void shouldRefuseALevelOutOfRange() {
        shouldRefuse("multifd-lz4-level: received 13, expected 1..12", "--method", "lz4:13");
        shouldRefuse("method lz4:fast: received level fast, expected a number", "--method", "lz4:fast");
    }

    @Test
    void shouldRefuseSizesAndRoundsOutOfRange() {
        shouldRefuse("--size: received 0, expected 1..1024", "--size", "0");
        shouldRefuse("--rounds: received 0, expected at least 1", "--rounds", "0");
    }

    @Test
    void shouldRefuseAnImageThatFillsNoPacket(@TempDir Path directory) throws Exception {
        Path image = Files.write(directory.resolve("image"), new byte[1000]);
        shouldRefuse("--image: received 1000 bytes in " + image + ", expected at least 524288",
                "--image", image.toString());
        Path missing = directory.resolve("missing");
        shouldRefuse("--image: received " + missing + ", expected a file that can be read",
                "--image", missing.toString());
    }

    @Test
    void shouldRefuseWholeMigrationsThatItCannotMeasure() {
        shouldRefuse("--rounds: received 0, expected at least 1", "end-to-end", "--rounds", "0");
        shouldRefuse("--size: received 8, expected 16..65536", "end-to-end", "--size", "8");
        shouldRefuse("--channels: received 256, expected 1..255", "end-to-end", "--channels", "1,256");
        shouldRefuse("--pair: received theirs, expected codec, pump, ours, qemu, receive, send, unread or relay",
                "end-to-end", "--pair", "theirs");
        shouldRefuse("--parameter: received off, expected NAME=VALUE", "end-to-end", "--parameter", "off");
    }
}
