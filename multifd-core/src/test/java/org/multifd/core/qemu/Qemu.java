package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** A stock QEMU with 16 MiB of RAM that a test can see, steered over QMP. */
final class Qemu implements AutoCloseable {

    private static final Pattern DECIDED = Pattern.compile("\"status\": \"(completed|failed)\"");
    private static final Pattern STATUS = Pattern.compile("\"event\": \"MIGRATION\".*\"status\": \"([a-z-]+)\"");

    private static final long LOOK_NANOS = 1_000_000;

    private final Process process;
    private final Path ram;
    private final SocketChannel qmp;
    private final BufferedReader answers;
    private final Deque<String> events = new ArrayDeque<>();

    private Qemu(QemuBinary binary, String machine, Path directory, List<String> guest) throws IOException {
        ram = directory.resolve("ram");
        Path socket = directory.resolve("qmp");
        List<String> command = new ArrayList<>(List.of(binary.command().toString(), "-machine", machine
                + ",memory-backend=pc.ram", "-accel", "tcg", "-m", "16", "-smp", "1", "-nodefaults", "-display", "none",
                "-serial", "stdio", "-object", "memory-backend-file,id=pc.ram,size=16M,share=on,mem-path=" + ram,
                "-qmp", "unix:" + socket + ",server=off"));
        command.addAll(firmware(directory));
        command.addAll(guest);
        try (ServerSocketChannel monitor = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            monitor.bind(UnixDomainSocketAddress.of(socket));
            process = new ProcessBuilder(command).redirectError(directory.resolve("messages").toFile()).start();
            process.onExit().thenRun(() -> close(monitor));
            qmp = monitor.accept();
        } catch (IOException e) {
            throw new IOException("QEMU did not come up: " + Files.readString(directory.resolve("messages")), e);
        }
        answers = new BufferedReader(Channels.newReader(qmp, StandardCharsets.UTF_8));
        answers.readLine();
        execute("qmp_capabilities", "{}");
    }

    private static void close(ServerSocketChannel monitor) {
        try {
            monitor.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A guest that never runs, with these bytes at 2 MiB. */
    static Qemu stopped(QemuBinary binary, Path directory, byte[] content, String... more) throws IOException {
        return stopped(binary, "pc", directory, content, more);
    }

    /** As {@link #stopped(QemuBinary, Path, byte[], String...)}, of a machine type. */
    static Qemu stopped(QemuBinary binary, String machine, Path directory, byte[] content, String... more)
            throws IOException {
        List<String> guest = new ArrayList<>(List.of("-S"));
        guest.addAll(loader(directory, content));
        guest.addAll(List.of(more));
        return new Qemu(binary, machine, directory, guest);
    }

    /** The options that put these bytes at 2 MiB. */
    static List<String> loader(Path directory, byte[] content) throws IOException {
        Path blob = Files.write(directory.resolve("blob"), content);
        return List.of("-device", "loader,force-raw=on,addr=0x200000,file=" + blob);
    }

    /** The counter guest, already running: it writes 64 pages from 1 MiB on, for ever. */
    static Qemu counting(QemuBinary binary, Path directory, String... more) throws IOException {
        return counting(binary, "pc", directory, more);
    }

    /** As {@link #counting(QemuBinary, Path, String...)}, of a machine type. */
    static Qemu counting(QemuBinary binary, String machine, Path directory, String... more) throws IOException {
        Qemu qemu = new Qemu(binary, machine, directory, List.of(more));
        qemu.awaitSerialLine();
        return qemu;
    }

    /** The counter guest is the firmware, and no other program's bytes are in RAM. */
    private static List<String> firmware(Path directory) throws IOException {
        Path image = directory.resolve("counter-guest.bin");
        try (InputStream in = new GZIPInputStream(Qemu.class.getResourceAsStream("counter-guest.bin.gz"))) {
            Files.copy(in, image, StandardCopyOption.REPLACE_EXISTING);
        }
        return List.of("-bios", image.toString(), "-global", "apic.vapic=off");
    }

    /** Waits for the counter guest to migrate here; {@link #listen} starts it. */
    static Qemu waiting(QemuBinary binary, Path directory, String... more) throws IOException {
        return waitingAs(binary, "pc", directory, more);
    }

    /** As {@link #waiting}, of a machine type. */
    static Qemu waitingAs(QemuBinary binary, String machine, Path directory, String... more) throws IOException {
        List<String> guest = new ArrayList<>(List.of("-incoming", "defer"));
        guest.addAll(List.of(more));
        return new Qemu(binary, machine, directory, guest);
    }

    /**
     * The options of credentials, one of the directories that tests have; {@link #useTls} turns them on.
     *
     * @param endpoint client at a source, server at a destination
     */
    static String[] credentials(String name, String endpoint) {
        return credentials(Path.of("src/test/tls", name).toAbsolutePath(), endpoint);
    }

    static String[] credentials(Path directory, String endpoint) {
        return new String[] {"-object", "tls-creds-x509,id=tls0,verify-peer=on,sanity-check=off,endpoint=" + endpoint
                + ",dir=" + directory};
    }

    void useTls(String hostname) throws IOException {
        execute("migrate-set-parameters", "{\"tls-creds\": \"tls0\", \"tls-hostname\": \"" + hostname + "\"}");
    }

    /** Listens for a migration at a UNIX socket of its own. */
    String listen() throws IOException {
        String uri = "unix:" + ram.resolveSibling("incoming");
        execute("migrate-incoming", "{\"uri\": \"" + uri + "\"}");
        return uri;
    }

    /** The guest's next line. */
    String serialLine() throws IOException {
        String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
        if (line == null) {
            throw new EOFException("QEMU ended before the guest ran: " + messages());
        }
        return line;
    }

    /** The guest's first line says that it is running; what it prints later is drained, or the guest would wait. */
    private void awaitSerialLine() throws IOException {
        serialLine();
        BufferedReader serial = process.inputReader(StandardCharsets.US_ASCII);
        Thread drain = new Thread(() -> drain(serial), "serial");
        drain.setDaemon(true);
        drain.start();
    }

    private static void drain(BufferedReader serial) {
        try {
            while (serial.readLine() != null) {
                continue;
            }
        } catch (IOException e) {
            // it was killed meanwhile
        }
    }

    /** How it ended, and what it has said on standard error. */
    private String lastWords() throws IOException {
        return "exit code " + awaitExit() + ", " + messages();
    }

    /** What it has said on standard error. */
    String messages() throws IOException {
        return Files.readString(ram.resolveSibling("messages"));
    }

    void execute(String command, String arguments) throws IOException {
        assertEquals("{\"return\": {}}", ask(command, arguments), command);
    }

    /** What it answers. */
    String ask(String command, String arguments) throws IOException {
        qmp.write(ByteBuffer.wrap(("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}\n")
                .getBytes(StandardCharsets.UTF_8)));
        String answer = line();
        while (answer.contains("\"event\":")) {
            events.add(answer);
            answer = line();
        }
        return answer;
    }

    private String line() throws IOException {
        String line;
        try {
            line = answers.readLine();
        } catch (IOException e) {
            throw new IOException("QEMU ended: " + lastWords(), e);
        }
        if (line == null) {
            throw new EOFException("QEMU closed its monitor: " + lastWords());
        }
        return line;
    }

    /** Sets a migration up. */
    void configure(String method, int channels, boolean returnPath) throws IOException {
        execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": true},"
                + "{\"capability\": \"events\", \"state\": true},"
                + "{\"capability\": \"return-path\", \"state\": " + returnPath + "}]}");
        execute("migrate-set-parameters", "{\"multifd-channels\": " + channels + ", \"multifd-compression\": \""
                + method + "\", \"max-bandwidth\": 100000000000}");
    }

    void migrate(String uri) throws IOException {
        // It says that a migration has failed a moment before it has forgotten it, and 7.2 does not survive another one
        // until then: it says "duplicate yank instance", and from then on "There's a migration process in progress".
        while (ask("query-yank", "{}").contains("\"migration\"")) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        events.clear(); // it may have said more than once how the one before ended
        execute("migrate", "{\"uri\": \"" + uri + "\"}");
    }

    /** Turns capabilities on. */
    void enable(String... capabilities) throws IOException {
        for (String each : capabilities) {
            execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"" + each
                    + "\", \"state\": true}]}");
        }
    }

    /** Turns the capability on, which this machine must allow: userfaultfd is for root as a rule. */
    void enablePostcopy() throws IOException {
        String answer = ask("migrate-set-capabilities",
                "{\"capabilities\": [{\"capability\": \"postcopy-ram\", \"state\": true}]}");
        assumeTrue(answer.equals("{\"return\": {}}"), "this machine has no postcopy: " + answer);
    }

    /** How the migration ended: completed or failed. */
    String awaitEnd() throws IOException {
        while (true) {
            String event = events.isEmpty() ? line() : events.remove();
            Matcher status = STATUS.matcher(event);
            if (status.find() && List.of("completed", "failed").contains(status.group(1))) {
                return status.group(1);
            }
        }
    }

    /**
     * Asks for the migration's state until it is completed or failed, or the process has exited; one that hangs does
     * not answer.
     */
    String awaitDecided() throws IOException {
        String decision = decision();
        while (decision.equals("undecided")) {
            decision = decision();
        }
        return decision;
    }

    /** Whether the migration is completed or failed by now, or undecided, or the process has exited. */
    String decision() throws IOException {
        try {
            Matcher status = DECIDED.matcher(ask("query-migrate", "{}"));
            return status.find() ? status.group(1) : "undecided";
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e; // it took too long
            }
            awaitExit();
            return "exited";
        }
    }

    /** What the guest really has in its RAM. */
    byte[] ram() throws IOException {
        return Files.readAllBytes(ram);
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Waits for it to end by itself; its exit code. */
    int awaitExit() throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException("QEMU did not end: " + messages(), e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        qmp.close();
    }
}
