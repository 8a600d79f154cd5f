package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is named as a jar and is no regular file is reported; it neither hangs a command nor is it copied without end.
 */
class OddJarTest {

    private static final String NO_FILE =
            "received a pipe, device or socket, expected a jar, a regular file: remove it";

    @TempDir
    Path home;

    private void make(String kind, Path jar) throws Exception {
        switch (kind) {
            case "fifo" -> assertEquals(0, new ProcessBuilder("mkfifo", jar.toString()).start().waitFor());
            case "zero" -> Files.createSymbolicLink(jar, Path.of("/dev/zero"));
            case "terminal" -> Files.createSymbolicLink(jar, Path.of("/dev/ptmx"));
            case "socket" -> {
                try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    socket.bind(UnixDomainSocketAddress.of(jar));
                }
            }
            case "self" -> Files.createSymbolicLink(jar, jar.getFileName());
            case "huge" -> {
                try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
                    file.setLength(1L << 40);
                }
            }
            case "entries" -> pack(jar, 70_000, 0);
            case "services" -> pack(jar, 1, 2 << 20);
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private static void pack(Path jar, int entries, int bytes) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (int i = 0; i < entries; i++) {
                out.putNextEntry(new ZipEntry("META-INF/services/s" + i));
                out.write(new byte[bytes]);
            }
        }
    }

    private static List<Object> problems(Run run) {
        return run.outLines().stream().map(JsonReader::object)
                .filter(line -> "problem".equals(line.get("message_type")))
                .map(line -> line.get("message")).toList();
    }

    @ParameterizedTest
    @CsvSource({"fifo," + "'" + NO_FILE + "'", "zero,'" + NO_FILE + "'", "terminal,'" + NO_FILE + "'", "socket,'"
        + NO_FILE + "'", "huge,'received a file of 1099511627776 bytes, expected a jar of at most 1073741824: remove "
        + "it'", "entries,'received more than 65534 entries, expected a provider''s jar: remove it'",
        "services,'received META-INF/services/s0 of more than 1048576 bytes, expected a provider''s jar: remove it'"})
    void shouldBeReportedAlone(String kind, String message) throws Exception {
        Path jar = home.resolve("x.jar");
        make(kind, jar);
        ExtraProvider.jar(home.resolve("good"), "extra", "");
        for (Path path : List.of(jar, home)) {
            Run run = Run.of("methods", "--json", "--provider-path", path.toString());
            assertEquals(0, run.code(), run.err());
            assertEquals(List.of(jar + ": " + message), problems(run));
        }
        Map<String, Object> extra = Run.of("methods", "--json", "--provider-path", home.resolve("good").toString())
                .outLines()
                .stream().map(JsonReader::object).filter(line -> "extra".equals(line.get("method"))).findFirst()
                .orElseThrow();
        assertEquals("usable", extra.get("state"));
    }

    @ParameterizedTest
    @CsvSource("self")
    void shouldNotFollowALinkToItself(String kind) throws Exception {
        Path jar = home.resolve("x.jar");
        make(kind, jar);
        Files.createSymbolicLink(home.resolve("loop"), home);
        Run run = Run.of("methods", "--json", "--provider-path", home.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(problems(run).stream().anyMatch(each -> each.toString().contains(": cannot be read: ")), run.out());
    }

    @Test
    void shouldBeNotedByACommandThatUsesMethods() throws Exception {
        Path jar = Files.writeString(home.resolve("x.jar"), "no jar");
        Path good = home.resolve("good");
        ExtraProvider.jar(good, "extra", "");
        Run run = Run.of("demo", "--size", "1M", "--multifd-compression", "extra", "--json", "--provider-path",
                home.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().startsWith("multifd: " + jar + ": received a file that is no jar ("), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertEquals("", Run.of("demo", "--size", "1M", "--multifd-compression", "extra", "--json", "--provider-path",
                good.toString()).err());
    }
}
