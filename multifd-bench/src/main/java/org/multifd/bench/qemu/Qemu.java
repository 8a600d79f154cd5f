package org.multifd.bench.qemu;

import java.io.BufferedReader;
import java.io.File;
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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.multifd.bench.method.BenchParams;
import org.multifd.bench.method.MethodLevel;

/** One QEMU whose guest does not run and whose RAM is a file, and its monitor. */
public final class Qemu implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("\"qemu\": \\{([^}]*)\\}");

    private final Process process;
    private final Path ram;
    private final SocketChannel monitor;
    private final BufferedReader answers;
    private final String version;

    private Qemu(List<String> command, Path ram, Path socket) throws IOException {
        this.ram = ram;
        Files.deleteIfExists(socket);
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            // its standard output is not ours: a table goes there
            process = new ProcessBuilder(command).redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.onExit().thenRun(() -> closed(listener));
            monitor = listener.accept();
        }
        answers = new BufferedReader(Channels.newReader(monitor, StandardCharsets.UTF_8));
        version = version(line());
        execute("qmp_capabilities", "{}");
    }

    /** A QEMU with RAM in {@code directory}/ram, as it is started with {@code more} options. */
    static Qemu stopped(String binary, Path directory, int mebibytes, List<String> more) throws IOException {
        return start(binary, directory, mebibytes, directory.resolve("ram"), more);
    }

    /**
     * Starts one.
     *
     * @param directory where its monitor's socket goes
     * @param ram the file that is its RAM, and is filled with zeros up to {@code mebibytes}
     */
    public static Qemu start(String binary, Path directory, int mebibytes, Path ram, List<String> more)
            throws IOException {
        Path socket = directory.resolve("qmp");
        return new Qemu(Stream.concat(Stream.of(binary, "-machine", "pc,memory-backend=pc.ram", "-accel", "tcg",
                "-m", Integer.toString(mebibytes), "-nodefaults", "-display", "none", "-S",
                "-object", "memory-backend-file,id=pc.ram,size=" + mebibytes + "M,share=on,mem-path=" + ram,
                "-qmp", "unix:" + socket + ",server=off"), more.stream()).toList(), ram, socket);
    }

    private static void closed(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version(String greeting) {
        Matcher found = VERSION.matcher(greeting);
        return !found.find() ? "unknown" : Stream.of("major", "minor", "micro")
                .map(part -> found.group(1).replaceAll(".*\"" + part + "\": (\\d+).*", "$1"))
                .reduce((a, b) -> a + "." + b).orElseThrow();
    }

    /** As 7.2.22. */
    public String version() {
        return version;
    }

    /** The file that is its RAM. */
    Path ram() {
        return ram;
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Sets what both ends of a migration have in common: return path, as many channels, the method and its level. */
    public void prepare(MethodLevel method, int channels) throws IOException {
        execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true},"
                + "{\"capability\": \"events\", \"state\": true}, "
                + "{\"capability\": \"return-path\", \"state\": true}]}");
        execute("migrate-set-parameters", "{\"multifd-channels\": " + channels + ", \"max-bandwidth\": 100000000000,"
                + "\"multifd-compression\": \"" + method.method() + "\""
                + (method.level() == BenchParams.DEFAULT_LEVEL ? "" : ", \"multifd-" + method.method() + "-level\": "
                + method.level()) + "}");
    }

    /** Waits for a migration at the address returned. */
    public String listen() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String uri = "tcp:127.0.0.1:" + free;
        execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
        return uri;
    }

    /** Starts to migrate. */
    public void migrate(String uri) throws IOException {
        execute("migrate", "{\"uri\": \"" + uri + "\"}");
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

    /** Waits for the event that the migration is complete. */
    public void awaitCompleted() throws IOException {
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
