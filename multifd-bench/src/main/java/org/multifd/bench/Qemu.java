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
import java.util.ArrayList;
import java.util.List;

/** One stopped QEMU and its monitor. */
final class Qemu implements AutoCloseable {

    /** It waits for a migration. */
    static final List<String> WAITING = List.of("-incoming", "defer");

    private final Process process;
    private final Path ram;
    private final SocketChannel monitor;
    private final BufferedReader answers;

    /**
     * Starts it.
     *
     * @param directory its own
     * @param visible whether its RAM is a file, {@link #ram}; otherwise what nobody wrote takes no memory
     * @param more what it has and does
     */
    Qemu(Path directory, int mebibytes, boolean visible, List<String> more) throws IOException {
        ram = directory.resolve("ram");
        Path socket = directory.resolve("qmp");
        Files.deleteIfExists(socket);
        List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-machine", visible ? "pc,memory-backend=pc.ram" : "pc",
                "-accel", "tcg", "-m", Integer.toString(mebibytes), "-nodefaults", "-display", "none", "-S",
                "-qmp", "unix:" + socket + ",server=off"));
        if (visible) {
            command.addAll(List.of("-object", "memory-backend-file,id=pc.ram,size=" + mebibytes + "M,share=on,mem-path=" + ram));
        }
        command.addAll(more);
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

    /** It has a file's bytes at an address. */
    static List<String> with(long address, Path blob) {
        return List.of("-device", "loader,force-raw=on,addr=0x" + Long.toHexString(address) + ",file=" + blob);
    }

    /** What it has in its RAM. */
    Path ram() {
        return ram;
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

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("QEMU has ended, see its message");
        }
        return line;
    }

    /** Sets a migration with return path up. */
    void configure(String method, int channels) throws IOException {
        execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true},"
                + "{\"capability\": \"events\", \"state\": true}, {\"capability\": \"return-path\", \"state\": true}]}");
        execute("migrate-set-parameters", "{\"multifd-channels\": " + channels + ", \"multifd-compression\": \"" + method
                + "\", \"max-bandwidth\": 100000000000}");
    }

    /** It waits at a free port. */
    String listen() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String uri = "tcp:127.0.0.1:" + free;
        execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
        return uri;
    }

    void migrate(String uri) throws IOException {
        execute("migrate", "{\"uri\": \"" + uri + "\"}");
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
