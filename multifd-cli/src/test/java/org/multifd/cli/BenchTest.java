package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.cli.command.SocketCost;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

class BenchTest {

    @TempDir
    Path temp;

    private static Run bench(String... args) {
        return Run.with(MethodRegistry.of(PlainMethods.working("plain"), PlainMethods.working("none")), args);
    }

    @Test
    void shouldMeasureASnapshotsMemory() throws IOException {
        Run run = bench("bench", "--time", "1", Recorded.snapshot(temp).toString());
        assertEquals("", run.err());
        assertEquals(0, run.code());
        List<String> lines = run.outLines();
        assertTrue(lines.get(0).matches("\\S+ MiB of .*guest\\.mig, of which \\d+ % are zero pages"), lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.matches("plain +1\\.00 +\\S+ +\\d+")), run.out());
        assertEquals(4, lines.stream()
                .filter(line -> line.matches("at +\\d+ Gbit/s, \\d+ processors: (plain|none), .*")).count());
    }

    @Test
    void shouldPrintJsonLines() throws IOException {
        Run run = bench("bench", "--json", "--time", "1", "--multifd-compression", "plain",
                Recorded.snapshot(temp).toString());
        assertEquals("", run.err());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
        assertEquals(List.of("memory", "method", "link", "link", "link", "link"),
                lines.stream().map(line -> line.get("message_type")).toList());
        assertEquals("plain", lines.get(1).get("method"));
        assertEquals("plain", lines.get(2).get("best"));
    }

    @Test
    void shouldFailForAMethodThatGivesBackOtherPages() throws IOException {
        Run run = Run.with(MethodRegistry.of(PlainMethods.corrupting("bent")), "bench", "--time", "1",
                Recorded.snapshot(temp).toString());
        assertEquals("multifd: method bent: the pages that arrived differ from those sent", run.err().strip());
        assertEquals(5, run.code());
    }

    @Test
    void shouldRefuseMemoryThatIsAllZero() throws IOException {
        Path file = Files.write(temp.resolve("zeros"), new byte[1 << 20]);
        Run run = bench("bench", file.toString());
        assertEquals("multifd: " + file + ": all of the 1 MiB that were looked at are zero: no method has anything "
                + "to do", run.err().strip());
        assertEquals(6, run.code());
    }

    @Test
    void shouldRefuseAnUnknownMethodAndNoTime() throws IOException {
        Path file = Files.write(temp.resolve("zeros"), new byte[1 << 20]);
        assertEquals(5, bench("bench", "--multifd-compression", "lzo", file.toString()).code());
        Run run = bench("bench", "--time", "0", file.toString());
        assertEquals("multifd: time: received 0, expected 1..3600000", run.err().strip());
        assertEquals(2, run.code());
        assertEquals("multifd: time: received 1K, expected 1..3600000", bench("bench", "--time", "1K", file.toString())
                .err().strip());
    }

    @Test
    void shouldRefuseADirectoryInWords() {
        Run run = bench("bench", temp.toString());
        assertEquals("multifd: file:" + temp + ": cannot be read: Is a directory", run.err().strip());
        assertEquals(6, run.code());
    }

    /** The peer takes the bytes and reads none: without an end of its own the writer would wait for ever. */
    @Test
    void shouldNotWaitForAReaderThatHasFailed() throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel out = SocketChannel.open(listener.getLocalAddress()); SocketChannel in =
                    listener.accept()) {
                in.shutdownInput();
                MigrationException e = assertThrows(MigrationException.class, () -> SocketCost.measure(out, in));
                assertEquals("the connection over loopback that tells what a socket costs: received its end, "
                        + "expected 536870912 more bytes", e.getMessage());
                assertEquals(Kind.PEER, e.kind());
            }
        }
    }
}
