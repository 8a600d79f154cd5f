package org.multifd.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A stopped QEMU with something in its RAM, and one that waits for it; both migrate with return path and without compression. */
final class Qemus implements AutoCloseable {

    private final Peer source;
    private final Peer destination;

    /** One QEMU and its monitor. */
    private static final class Peer implements AutoCloseable {

        final Process process;
        final Path ram;
        final SocketChannel monitor;
        final BufferedReader answers;

        Peer(Path directory, int mebibytes, List<String> more) throws IOException {
            ram = directory.resolve("ram");
            Path socket = directory.resolve("qmp");
            Files.deleteIfExists(socket);
            List<String> command = Stream.concat(Stream.of("qemu-system-x86_64", "-machine", "pc,memory-backend=pc.ram", "-accel", "tcg",
                    "-m", Integer.toString(mebibytes), "-nodefaults", "-display", "none", "-S",
                    "-object", "memory-backend-file,id=pc.ram,size=" + mebibytes + "M,share=on,mem-path=" + ram,
                    "-qmp", "unix:" + socket + ",server=off"), more.stream()).toList();
            try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                listener.bind(UnixDomainSocketAddress.of(socket));
                process = new ProcessBuilder(command).inheritIO().start();
                process.onExit().thenRun(() -> closed(listener));
                monitor = listener.accept();
            }
            answers = new BufferedReader(Channels.newReader(monitor, StandardCharsets.UTF_8));
            answers.readLine();
            execute("qmp_capabilities", "{}");
        }

        private static void closed(ServerSocketChannel listener) {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void execute(String command, String arguments) throws IOException {
            monitor.write(ByteBuffer.wrap(("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}\n")
                    .getBytes(StandardCharsets.UTF_8)));
            String answer = line();
            while (answer.contains("\"event\":")) {
                answer = line();
            }
            if (!answer.equals("{\"return\": {}}")) {
                throw new IOException(command + ": " + answer);
            }
        }

        String line() throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("QEMU has ended, see its message");
            }
            return line;
        }

        void awaitCompleted() throws IOException {
            while (true) {
                String event = line();
                if (event.contains("\"status\": \"completed\"")) {
                    return;
                }
                if (event.contains("\"status\": \"failed\"")) {
                    throw new IOException("the migration failed: " + event);
                }
            }
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly().onExit().join();
            monitor.close();
        }
    }

    Qemus(Path directory, int mebibytes, Path blob, int channels) throws IOException {
        source = new Peer(Files.createDirectories(directory.resolve("source")), mebibytes,
                List.of("-device", "loader,force-raw=on,addr=0x200000,file=" + blob));
        destination = new Peer(Files.createDirectories(directory.resolve("destination")), mebibytes, List.of("-incoming", "defer"));
        for (Peer each : List.of(source, destination)) {
            each.execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true},"
                    + "{\"capability\": \"events\", \"state\": true}, {\"capability\": \"return-path\", \"state\": true}]}");
            each.execute("migrate-set-parameters", "{\"multifd-channels\": " + channels + ", \"max-bandwidth\": 100000000000}");
        }
    }

    /** The destination waits. */
    String listen() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String uri = "tcp:127.0.0.1:" + free;
        destination.execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
        return uri;
    }

    /** Migrates and compares; the seconds that it took. */
    double migrate(String uri) throws IOException {
        long start = System.nanoTime();
        source.execute("migrate", "{\"uri\": \"" + uri + "\"}");
        source.awaitCompleted();
        double seconds = (System.nanoTime() - start) * 1e-9;
        destination.awaitCompleted();
        if (!Arrays.equals(Files.readAllBytes(source.ram), Files.readAllBytes(destination.ram))) {
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
