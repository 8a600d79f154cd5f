package org.multifd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.endtoend.Launcher;
import org.multifd.tck.internal.data.SyntheticPages;

/**
 * A QEMU's guest goes through the commands relay and receive into a file, and by send from it into another QEMU: it is
 * whole, and the commands' resident memory at its highest is small.
 */
@Tag("qemu")
@Timeout(300)
class MemoryTest {

    private static final int MOST_MEBIBYTES = 400;
    private static final int CHANNELS = 4;
    private static final String NOWHERE = "tcp:127.0.0.1:0";

    @TempDir
    Path temp;

    @BeforeAll
    static void requireQemu() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "VmHWM is read where Linux tells it");
        boolean found = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "qemu-system-x86_64")));
        if (!found && ("true".equals(System.getenv("CI")) || Boolean.getBoolean("multifd.qemu.required"))) {
            fail("no qemu-system-x86_64 on PATH, and the tests against it are demanded: install qemu-system-x86");
        }
        assumeTrue(found, "no qemu-system-x86_64 on PATH: install qemu-system-x86 to run it");
    }

    /** A stopped QEMU of which nobody sees the RAM: what was not written to takes no memory. */
    private static final class Guest implements AutoCloseable {

        private static final String TURN_ON = "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true},"
                + "{\"capability\": \"events\", \"state\": true}, {\"capability\": \"return-path\", \"state\": true}]}";

        private final Process process;
        private final SocketChannel monitor;
        private final BufferedReader answers;

        Guest(Path directory, int mebibytes, String method, String... more) throws IOException {
            Path socket = directory.resolve("qmp");
            List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-machine", "pc", "-accel", "tcg",
                    "-m", Integer.toString(mebibytes), "-nodefaults", "-display", "none", "-S", "-qmp", "unix:" + socket
                    + ",server=off"));
            command.addAll(List.of(more));
            try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(socket));
                process = new ProcessBuilder(command).inheritIO().start();
                monitor = listener.accept();
            }
            answers = new BufferedReader(Channels.newReader(monitor, StandardCharsets.UTF_8));
            answers.readLine();
            execute("qmp_capabilities", "{}");
            execute("migrate-set-capabilities", TURN_ON);
            execute("migrate-set-parameters", "{\"multifd-channels\": " + CHANNELS + ", \"multifd-compression\": \""
                    + method + "\", \"max-bandwidth\": 100000000000}");
        }

        void execute(String command, String arguments) throws IOException {
            monitor.write(ByteBuffer.wrap(("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}\n")
                    .getBytes(StandardCharsets.UTF_8)));
            String answer = answers.readLine();
            while (answer.contains("\"event\":")) {
                answer = answers.readLine();
            }
            assertEquals("{\"return\": {}}", answer, command);
        }

        void awaitCompleted() throws IOException {
            for (String event = ""; !event.contains("\"status\": \"completed\""); event = answers.readLine()) {
                assertTrue(!event.contains("\"status\": \"failed\""), event);
            }
        }

        /** @param copy where its memory is written to */
        void assertHas(long address, Path content, Path copy) throws IOException {
            execute("pmemsave", "{\"val\": " + address + ", \"size\": " + Files.size(content) + ", \"filename\": \""
                    + copy + "\"}");
            assertEquals(-1, Files.mismatch(content, copy), "the first byte that differs, from " + address + " on");
            Files.delete(copy);
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly().onExit().join();
            monitor.close();
        }
    }

    /** The command in a JVM of its own, with the launcher's options, watched. */
    private static final class Command implements AutoCloseable {

        private final Process process;
        private final BufferedReader results;
        private final Thread watch;
        private volatile boolean watching = true;
        private volatile long mostKibibytes;

        Command(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                    .toString()));
            command.addAll(Launcher.options(arguments[0]));
            // What a newer JVM would warn of is allowed to this one, too.
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(each -> each.startsWith("--enable-native-access") || each.startsWith("--sun-misc-unsafe"))
                    .forEach(command::add);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.multifd.cli.Main"));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            results = process.inputReader(StandardCharsets.UTF_8);
            watch = new Thread(this::watch, "memory of " + arguments[0]);
            watch.start();
        }

        private void watch() {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            while (watching) {
                try {
                    for (String line : Files.readAllLines(status)) {
                        if (line.startsWith("VmHWM:")) {
                            mostKibibytes = Math.max(mostKibibytes, Long.parseLong(line.replaceAll("\\D", "")));
                        }
                    }
                } catch (IOException e) {
                    return; // it has ended
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }

        /** The next line on standard output. */
        String result() throws IOException {
            String line = results.readLine();
            assertTrue(line != null, "the command has ended, see its message");
            return line;
        }

        String address() throws IOException {
            return result().replaceFirst("^listening on ", "");
        }

        void awaitSuccess() {
            assertEquals(0, process.onExit().join().exitValue());
        }

        long mostMebibytes() throws InterruptedException {
            watching = false;
            watch.join();
            return mostKibibytes >> 10;
        }

        @Override
        public void close() {
            watching = false;
            process.destroyForcibly().onExit().join();
        }
    }

    /** Realistic pages, none of which is zero. */
    private Path blob(int mebibytes, int seed) throws IOException {
        Path blob = temp.resolve("blob" + seed);
        SyntheticPages content = new SyntheticPages(seed);
        byte[] page = new byte[GuestImage.PAGE_SIZE];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(blob))) {
            for (int number = 0; number < mebibytes << 8; number++) {
                content.fill(number, 0, page);
                page[0] |= 1;
                out.write(page);
            }
        }
        return blob;
    }

    private static List<String> loader(int mebibyte, Path blob) {
        return List.of("-device", "loader,force-raw=on,addr=" + ((long) mebibyte << 20) + ",file=" + blob);
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectory(temp.resolve(name));
    }

    /** The first guest has more content than the limit; the second one's is on both sides of 2 GiB. */
    @ParameterizedTest
    @CsvSource({"512, 450, 2", "3072, 60, 2990"})
    void shouldStayBelowTheLimitWhateverTheGuestsSize(int guest, int content, int second) throws Exception {
        Map<Integer, Path> blobs = new TreeMap<>(Map.of(2, blob(content, 1)));
        if (second > content) {
            blobs.put(second, blob(content, 2));
        }
        List<String> filled = new ArrayList<>();
        blobs.forEach((mebibyte, blob) -> filled.addAll(loader(mebibyte, blob)));
        String snapshot = "file:" + temp.resolve("guest.snap");
        long[] most = new long[3];
        try (Guest source = new Guest(directory("source"), guest, "none", filled.toArray(String[]::new));
                Command receive = new Command("receive", NOWHERE, snapshot);
                Command relay = new Command("relay", "--multifd-compression", "zstd", NOWHERE, receive.address())) {
            source.execute("migrate", "{\"uri\": \"" + relay.address() + "\"}");
            source.awaitCompleted();
            String relayed = relay.result();
            assertTrue(relayed.contains(CHANNELS + " channels; the destination has loaded it"), relayed);
            receive.awaitSuccess();
            most[0] = receive.mostMebibytes();
            most[1] = relay.mostMebibytes();
        }
        Path home = directory("destination");
        String uri = "unix:" + home.resolve("incoming");
        try (Guest destination = new Guest(home, guest, "zstd", "-incoming", "defer")) {
            destination.execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
            try (Command send = new Command("send", "--multifd-channels", Integer.toString(CHANNELS),
                    "--multifd-compression", "zstd", snapshot, uri)) {
                destination.awaitCompleted();
                send.awaitSuccess();
                most[2] = send.mostMebibytes();
            }
            for (Map.Entry<Integer, Path> blob : blobs.entrySet()) {
                destination.assertHas((long) blob.getKey() << 20, blob.getValue(), home.resolve("memory"));
            }
        }
        System.out.printf(Locale.ROOT, "VmHWM with a guest of %d MiB: receive %d, relay %d, send %d MiB%n", guest,
                most[0], most[1], most[2]);
        for (long each : most) {
            assertTrue(each > 0 && each < MOST_MEBIBYTES, each + " MiB");
        }
    }
}
