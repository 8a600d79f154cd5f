package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.cli.console.Console;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.RamSupplier;

/** {@code multifd receive} as a script or a person uses it, with a multifd source. */
class ReceiveTest {

    private static final Pattern ADDRESS = Pattern.compile("tcp:127\\.0\\.0\\.1:\\d+");
    private static final int LENGTH = 4 << 20;
    static final Guest STOPPED = new Guest() {

        @Override
        public void pause() {
            // It never runs.
        }

        @Override
        public void resume() {
            // It never runs.
        }
    };

    @TempDir
    Path directory;

    private final GuestRam ram = GuestRam.builder(4096).block("pc.ram", LENGTH).build();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private CompletableFuture<String> address = new CompletableFuture<>();
    private Cli cli;

    @BeforeEach
    void fillEveryOtherPage() {
        byte[] page = new byte[4096];
        SplittableRandom random = new SplittableRandom(1);
        for (int at = 0; at < LENGTH; at += 2 * page.length) {
            random.nextBytes(page);
            ram.write("pc.ram", at, ByteBuffer.wrap(page));
        }
    }

    private CompletableFuture<Integer> receive(String... args) {
        PrintStream lines = new PrintStream(new OutputStream() {

            @Override
            public synchronized void write(int b) {
                out.write(b);
                if (b == '\n') {
                    String text = out.toString(StandardCharsets.UTF_8);
                    Matcher found = ADDRESS.matcher(text);
                    if (found.find()) {
                        address.complete(found.group());
                    }
                }
            }
        }, true, StandardCharsets.UTF_8);
        cli = new Cli(new Console(lines, Run.stream(err), false, 80), MethodRegistry::load);
        String[] all = Stream.concat(Stream.of("receive", "tcp:127.0.0.1:0"), Stream.of(args)).toArray(String[]::new);
        return CompletableFuture.supplyAsync(() -> {
            int code = cli.run(all);
            address.complete("none: " + err.toString(StandardCharsets.UTF_8));
            return code;
        });
    }

    private void migrate(String method, int channels) throws Exception {
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", method)
                .set("multifd-channels", channels).build();
        new MigrationSource(MethodRegistry.load(), parameters, ram, new DirtyBitmap(ram), STOPPED)
                .migrate(address.get());
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList();
        }
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldSayWhereItListensAndWhatItReceived() throws Exception {
        Path file = directory.resolve("a.snap");
        CompletableFuture<Integer> code = receive("file:" + file);
        migrate("zstd", 3);
        assertEquals(0, code.get(), errors());
        List<String> results = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, results.size(), results.toString());
        assertEquals("listening on " + address.get(), results.get(0));
        assertTrue(results.get(1).matches(Pattern.quote(file + ": a guest of 4 MiB, received in ")
                + "\\d+\\.\\d s, method zstd"), results.get(1));
        List<String> lines = errors().lines().toList();
        assertEquals(4, lines.size(), errors());
        assertTrue(lines.get(0).matches("512 normal and 512 zero pages in 2\\.1 MB, .* MB/s, ratio 1\\.00"),
                lines.get(0));
        assertTrue(lines.get(3).matches("channel 2: [\\d.]+ MB in \\d+ packets, \\d+ normal and \\d+ zero pages"),
                lines.get(3));
        assertEquals(List.of(file), files());
    }

    @Test
    void shouldTellProgramsInJson() throws Exception {
        Path file = directory.resolve("a.snap");
        CompletableFuture<Integer> code = receive("file:" + file, "--json", "--multifd-channels", "2",
                "--multifd-compression", "none,zlib");
        migrate("zlib", 2);
        assertEquals(0, code.get(), errors());
        assertEquals("", errors());
        List<Map<String, Object>> lines = out.toString(StandardCharsets.UTF_8).lines().map(JsonReader::object)
                .filter(line -> !line.get("message_type").equals("progress")).toList();
        assertEquals(List.of("listening", "summary"), lines.stream().map(line -> line.get("message_type")).toList());
        assertEquals(address.get(), lines.get(0).get("address"));
        Map<String, Object> summary = lines.get(1);
        assertEquals("zlib", summary.get("method"));
        assertFalse(summary.containsKey("rounds"), "a destination cannot tell them from marks");
        assertTrue((double) summary.get("marks") >= 2, "one of the set-up, and one of the only round");
        assertEquals((double) LENGTH, summary.get("ram_bytes"));
        assertEquals(512.0, summary.get("normal_pages"));
        assertEquals(512.0, summary.get("zero_pages"));
        assertEquals(2, ((List<?>) summary.get("channels")).size());
        assertEquals(file.toString(), summary.get("file"));
        assertEquals((double) Files.size(file), summary.get("file_bytes"));
    }

    @Test
    void shouldNotTouchAFileThatExists() throws Exception {
        Path file = Files.writeString(directory.resolve("a.snap"), "precious");
        assertEquals(6, receive("file:" + file).get());
        assertEquals("multifd: file " + file + " exists; choose another name, or --force to replace it"
                + System.lineSeparator(), errors());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
        assertEquals("precious", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void shouldReplaceAFileWhenForced() throws Exception {
        Path file = Files.writeString(directory.resolve("a.snap"), "old");
        CompletableFuture<Integer> code = receive("file:" + file, "--force");
        migrate("none", 1);
        assertEquals(0, code.get(), errors());
        assertArrayEquals("QEVM".getBytes(StandardCharsets.US_ASCII), Files.newInputStream(file).readNBytes(4));
        assertEquals(List.of(file), files());
    }

    /** And then sends it from there. */
    @Test
    void shouldWriteBehindAProgramsHeader() throws Exception {
        Path file = Files.writeString(directory.resolve("a.img"), "header, and an older snapshot");
        assertEquals(6, receive("file:" + file + ",offset=6").get());
        assertEquals("multifd: file " + file + " has 23 bytes from offset 6 on; choose another offset, or --force to "
                + "discard them" + System.lineSeparator(), errors());
        assertEquals("header, and an older snapshot", Files.readString(file));
        address = new CompletableFuture<>();
        err.reset();
        CompletableFuture<Integer> code = receive("file:" + file + ",offset=6", "--force");
        migrate("none", 2);
        assertEquals(0, code.get(), errors());
        assertEquals("headerQEVM", new String(Files.newInputStream(file).readNBytes(10), StandardCharsets.US_ASCII));
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.load(),
                MigrationParameters.defaults(), RamSupplier.allocating(64 << 20))) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<Run> sent = CompletableFuture.supplyAsync(
                    () -> Run.of("send", "--multifd-compression", "zstd", "file:" + file + ",offset=6", uri));
            destination.receive();
            assertEquals(0, sent.get().code(), sent.get().err());
            ByteBuffer expected = ByteBuffer.allocate(LENGTH);
            ram.read("pc.ram", 0, expected);
            ByteBuffer arrived = ByteBuffer.allocate(LENGTH);
            destination.ram().read("pc.ram", 0, arrived);
            assertEquals(expected.flip(), arrived.flip());
        }
    }

    @Test
    void shouldSayWhichDirectoryIsMissing() throws Exception {
        Path missing = directory.resolve("no");
        assertEquals(6, receive("file:" + missing.resolve("a.snap")).get());
        assertEquals("multifd: cannot create " + missing.resolve("a.snap") + ": directory " + missing
                + " does not exist; make it first" + System.lineSeparator(), errors());
    }

    @Test
    void shouldLeaveNothingWhenInterruptedWhileItWaits() throws Exception {
        CompletableFuture<Integer> code = receive("file:" + directory.resolve("a.snap"));
        address.get();
        assertEquals(1, files().size(), "the unfinished file");
        cli.interrupt();
        assertEquals(List.of(), files(), "as soon as the interrupt has been handled");
        assertEquals(130, code.get());
        assertEquals("multifd: interrupted" + System.lineSeparator(), errors());
    }

    /** Waits for a line of progress that tells of pages with content. */
    private Map<String, Object> progressWithPages() throws InterruptedException {
        while (true) {
            String complete = out.toString(StandardCharsets.UTF_8);
            Optional<Map<String, Object>> found = complete.substring(0, complete.lastIndexOf('\n') + 1).lines()
                    .map(JsonReader::object).filter(line -> line.get("message_type").equals("progress"))
                    .filter(line -> (double) line.get("normal_pages") > 0).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(10);
        }
    }

    @Test
    void shouldLeaveNothingWhenInterruptedInTheMiddle() throws Exception {
        CompletableFuture<Integer> code = receive("--json", "file:" + directory.resolve("a.snap"));
        MigrationParameters slow = MigrationParameters.builder().set("max-bandwidth", 100_000).build();
        CompletableFuture<MigrationException> source = CompletableFuture.supplyAsync(() -> {
            try {
                new MigrationSource(MethodRegistry.load(), slow, ram, new DirtyBitmap(ram), STOPPED)
                        .migrate(address.join());
                return null;
            } catch (MigrationException e) {
                return e;
            }
        });
        Map<String, Object> progress = progressWithPages();
        cli.interrupt();
        assertEquals("none", progress.get("method"));
        assertEquals((double) LENGTH, progress.get("ram_bytes"));
        assertTrue((double) progress.get("normal_pages") < 512 && (double) progress.get("zero_pages") <= 512,
                progress.toString());
        assertTrue((double) progress.get("wire_bytes") > (double) progress.get("normal_pages") * 4096,
                progress.toString());
        assertEquals(2, ((List<?>) progress.get("channels")).size());
        assertEquals(List.of(), files());
        assertEquals(130, code.get());
        assertEquals("the destination failed: migration cancelled", source.get().getMessage());
        assertEquals(Kind.PEER, source.get().kind());
    }

    @Test
    void shouldLeaveNothingWhenItCannotListen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Run run = Run.of("receive", "tcp:127.0.0.1:" + taken.getLocalPort(), "file:" + directory.resolve("a.snap"));
            assertEquals(3, run.code(), run.err());
            assertEquals(List.of(), files());
        }
    }
}
