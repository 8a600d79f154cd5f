package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

class SendTest {

    @TempDir
    Path temp;

    private static MigrationDestination destination(int channels) {
        return new MigrationDestination(MethodRegistry.load(),
                MigrationParameters.builder().set("multifd-channels", channels).build(),
                RamSupplier.allocating(64 << 20));
    }

    private static CompletableFuture<MigrationStats> receive(MigrationDestination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return destination.receive();
            } catch (MigrationException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static void assertArrived(MigrationDestination destination) throws Exception {
        ByteBuffer image = ByteBuffer.allocate(16 << 20);
        destination.ram().read("pc.ram", 0, image);
        assertEquals(Recorded.md5(), HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(image.array())));
    }

    @Test
    void shouldSendASnapshot() throws Exception {
        Path file = Recorded.snapshot(temp);
        try (MigrationDestination destination = destination(2)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = receive(destination);
            Run run = Run.of("send", "--multifd-compression", "zstd", "--multifd-zstd-level", "3", "file:" + file, uri);
            assertEquals(0, run.code(), run.err());
            assertEquals("zstd", received.get().method());
            assertArrived(destination);
            assertTrue(run.out().matches("file:\\S+ is loaded at tcp:127\\.0\\.0\\.1:\\d+: 16.3 MiB of RAM \\(199 "
                    + "normal and 3978 zero pages\\), method zstd, [\\d.]+ MB in [\\d.]+ s, [\\d.]+ MB/s, ratio "
                    + "[\\d.]+\\R"), run.out());
            List<String> channels = run.err().lines().filter(line -> line.startsWith("channel ")).toList();
            assertEquals(2, channels.size(), run.err());
            assertTrue(channels.get(1)
                    .matches("channel 1: [\\d.]+ MB in \\d+ packets, \\d+ normal and \\d+ zero pages"), run.err());
        }
    }

    @Test
    void shouldTellProgramsInJson() throws Exception {
        Path file = Recorded.snapshot(temp);
        try (MigrationDestination destination = destination(1)) {
            String uri = destination.listen("unix:" + temp.resolve("socket"));
            CompletableFuture<MigrationStats> received = receive(destination);
            // slow enough that progress is shown
            Run run = Run.of("send", "--json", "--multifd-channels", "1", "--max-bandwidth", "500K", "--sync-rule",
                    "eos", "--zero-page-detection", "legacy", "file:" + file, uri);
            assertEquals(0, run.code(), run.err());
            assertEquals("", run.err());
            assertEquals(3978, received.get().zeroPagesOnMain());
            assertArrived(destination);
            List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
            assertEquals("progress", lines.get(0).get("message_type"));
            assertEquals(199.0 * 4096, lines.get(0).get("bytes_to_send"));
            for (Map<String, Object> each : lines.subList(0, lines.size() - 1)) {
                double expected = 100 * (double) each.get("normal_pages") / 199;
                assertEquals(expected, (double) each.get("percent"), 0.01, "zero pages are no progress: " + each);
            }
            Map<String, Object> summary = lines.get(lines.size() - 1);
            assertEquals("summary", summary.get("message_type"));
            assertEquals("none", summary.get("method"));
            assertEquals(199.0, summary.get("normal_pages"));
            assertEquals(1, ((List<?>) summary.get("channels")).size());
        }
    }

    @Test
    void shouldFailInOneLineWithTheCodeOfTheCause() throws Exception {
        Path file = Recorded.snapshot(temp);
        String nobody = "unix:" + temp.resolve("nobody");
        assertFails(6, "multifd: " + temp + "/none: there is no such file, expected a mapped-ram snapshot", "file:"
                + temp + "/none", nobody);
        assertFails(3, "multifd: cannot connect to " + nobody
                + ": No such file or directory; is the destination waiting there?",
                "file:" + file, nobody);
        assertFails(5, "multifd: method nosuch: no provider found; usable: lz4, none, zlib, zstd; put the provider's "
                + "jar on the module path or name it with --provider-path", "file:" + file, nobody,
                "--multifd-compression", "nosuch");
        assertFails(2, "multifd: address: received \"nowhere\", expected tcp:HOST:PORT or unix:PATH", "file:" + file,
                "nowhere");
        Files.write(file, new byte[] {'Q', 'E', 'V', 'M', 0, 0, 0, 3});
        assertFails(6, "multifd: " + file + ": the file is cut off at byte 8: received 0 bytes of a section type, "
                + "expected 1", "file:" + file, nobody);
    }

    @Test
    void shouldSayWhichOptionsGoWithPostcopy() throws Exception {
        Path file = Recorded.snapshot(temp);
        String nobody = "unix:" + temp.resolve("nobody");
        assertFails(2, "multifd: postcopy-ram: received yes, expected on, off", "--postcopy-ram", "yes", "file:" + file,
                nobody);
        assertFails(2, "multifd: working-set: received without postcopy-ram on, expected both", "--working-set", "set",
                "file:" + file, nobody);
        assertFails(2, "multifd: max-postcopy-bandwidth: received without postcopy-ram on, expected both",
                "--max-postcopy-bandwidth", "1M", "file:" + file, nobody);
        assertFails(2, "multifd: resume: received without postcopy-ram on, expected both", "--postcopy-ram", "off",
                "--resume", "file:" + file, nobody);
        assertFails(2, "multifd: postcopy-preempt: received on, expected off: pages that are asked for go before the "
                + "others on the one connection; turn the capability off at the QEMU", "--postcopy-ram", "on",
                "--postcopy-preempt", "on", "file:" + file, nobody);
        assertFails(2, "multifd: multifd-channels: received with postcopy-ram on, expected none: all pages travel on "
                + "the main connection, as they are", "--postcopy-ram", "on", "--multifd-channels", "2", "file:" + file,
                nobody);
        assertFails(2, "multifd: max-bandwidth: received with postcopy-ram on, expected none; give "
                + "max-postcopy-bandwidth", "--postcopy-ram", "on", "--max-bandwidth", "1M", "file:" + file, nobody);
        assertFails(3, "multifd: cannot connect to " + nobody
                + ": No such file or directory; is the destination waiting there?", "--postcopy-ram", "on",
                "file:" + file, nobody);
        assertFails(8, "multifd: not resumed: cannot connect to " + nobody + ": No such file or directory; is the "
                + "destination waiting there?; the guest is at the destination as before and waits there: enter "
                + "migrate-recover at its monitor, then repeat this command with --resume; do not start the guest "
                + "anywhere else", "--resume", "file:" + file, nobody);
    }

    private static void assertFails(int code, String message, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "send";
        System.arraycopy(args, 0, all, 1, args.length);
        Run run = Run.of(all);
        assertEquals(message + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(code, run.code());
    }

    @Test
    void shouldEndWithOneLineWhenInterrupted() throws Exception {
        Path file = Recorded.snapshot(temp);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Cli cli = new Cli(new Console(Run.stream(new ByteArrayOutputStream()), Run.stream(err), false, 80),
                MethodRegistry::load);
        AtomicReference<Integer> code = new AtomicReference<>();
        try (MigrationDestination destination = destination(2)) {
            String uri = destination.listen("unix:" + temp.resolve("socket"));
            CompletableFuture<MigrationStats> received = receive(destination);
            Thread sender = new Thread(() -> code.set(cli.run("send", "--max-bandwidth", "100K", "file:" + file, uri)));
            sender.start();
            while (destination.stats().normalPages() == 0) {
                Thread.onSpinWait();
            }
            cli.interrupt();
            sender.join();
            assertEquals(130, code.get());
            assertEquals("multifd: interrupted" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
            destination.cancel();
            assertTrue(received.handle((stats, e) -> e != null).get(), "the destination has failed");
        }
    }
}
