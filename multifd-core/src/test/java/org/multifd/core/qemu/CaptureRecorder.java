package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes the recorded migrations among the test resources: no test, but what {@code .ci/record} runs. The system
 * property {@code multifd.record} is the directory for them.
 */
class CaptureRecorder {

    private static final String UUID = "11223344-5566-7788-99aa-bbccddeeff00";
    /** QEMU makes its tables in part of what SeaBIOS once had. */
    private static final String NO_ACPI = ",acpi=off";
    private static final int PAGE = 4096;
    private static final int STOPPED_PAGES = 768;
    private static final int RUNNING_PAGES = 128;
    private static final int ROUNDS = 9;
    private static final int ATTEMPTS = 20;
    private static final Pattern SYNCS = Pattern.compile("\"dirty-sync-count\": (\\d+)");

    private final Map<String, String> sums = new TreeMap<>();

    @TempDir
    Path temp;

    @Test
    void record() throws Exception {
        Path home = Path.of(System.getProperty("multifd.record"));
        Path list = home.resolve("pc.ram.md5");
        if (Files.exists(list)) {
            Files.readAllLines(list).forEach(line -> sums.put(line.substring(34), line.substring(0, 32)));
        }
        for (QemuBinary binary : QemuBinary.all()) {
            String[] numbers = binary.version().split("\\.");
            String name = "qemu-" + numbers[0] + "." + numbers[1];
            Files.createDirectories(home.resolve(name));
            record(binary, home, name);
        }
        StringBuilder lines = new StringBuilder();
        sums.forEach((set, sum) -> lines.append(sum).append("  ").append(set).append('\n'));
        Files.writeString(list, lines);
    }

    private void record(QemuBinary binary, Path home, String name) throws Exception {
        for (String method : List.of("none", "zlib", "zstd")) {
            stopped(binary, "pc", method, 2, home, name + "/stopped-" + method);
        }
        running(binary, "zstd", 2, home, name + "/running-zstd");
        if (binary.major() < 9) {
            running(binary, "none", 2, home, name + "/running-none");
            running(binary, "zstd", 4, home, name + "/running-zstd-4ch");
            stopped(binary, "pc", "none", 0, home, name + "/stopped-no-multifd");
        } else {
            stopped(binary, "pc-i440fx-8.1", "zstd", 2, home, name + "/stopped-machine-8.1-zstd");
            stoppedFile(binary, home, name + "/stopped-mapped-ram");
            runningFile(binary, home, name + "/running-mapped-ram");
        }
    }

    private Path directory() throws IOException {
        return Files.createTempDirectory(temp, "qemu");
    }

    private static Qemu stopped(QemuBinary binary, String machine, Path directory) throws IOException {
        List<String> more = new ArrayList<>(roms(directory));
        more.addAll(List.of("-uuid", UUID));
        return Qemu.stopped(binary, machine + NO_ACPI, directory, mixed(STOPPED_PAGES), more.toArray(String[]::new));
    }

    private static Qemu running(QemuBinary binary, Path directory) throws IOException {
        List<String> more = new ArrayList<>(roms(directory));
        more.addAll(Qemu.loader(directory, mixed(RUNNING_PAGES)));
        return Qemu.counting(binary, "pc" + NO_ACPI, directory, more.toArray(String[]::new));
    }

    /** Two blocks beside the machine's own: one of few pages in many zeros, one of a single page. */
    private static List<String> roms(Path directory) throws IOException {
        byte[] pages = mixed(4);
        byte[] many = new byte[32 * PAGE];
        for (int i = 0; i < 3; i++) {
            System.arraycopy(pages, i * PAGE, many, 11 * i * PAGE, PAGE);
        }
        Path first = Files.write(directory.resolve("many.rom"), many);
        Path second = Files.write(directory.resolve("one.rom"), Arrays.copyOfRange(pages, 3 * PAGE, 4 * PAGE));
        return List.of("-device", "pci-testdev,addr=2,romfile=" + first, "-device", "pci-testdev,addr=3,romfile="
                + second);
    }

    /** Again where a channel got next to nothing, as the machine's scheduler will have it. */
    private void stopped(QemuBinary binary, String machine, String method, int channels, Path home, String set)
            throws Exception {
        repeat(set, () -> {
            try (Qemu qemu = stopped(binary, machine, directory()); Sink sink = new Sink(channels + 1)) {
                configure(qemu, method, channels);
                qemu.migrate(sink.uri());
                return keep(qemu, sink.connections(), home, set);
            }
        });
    }

    /** Again where it ended too early: on a busy machine the guest may not write to a page in a whole round. */
    private void running(QemuBinary binary, String method, int channels, Path home, String set) throws Exception {
        repeat(set, () -> {
            try (Qemu qemu = running(binary, directory()); Sink sink = new Sink(channels + 1)) {
                configure(qemu, method, channels);
                hold(qemu, binary);
                qemu.migrate(sink.uri());
                if (!awaitRounds(qemu)) {
                    return false;
                }
                qemu.execute("migrate-set-parameters", "{\"max-bandwidth\": 100000000000, \"downtime-limit\": 10000"
                        + (binary.major() < 9 ? "}" : ", \"avail-switchover-bandwidth\": 0}"));
                return keep(qemu, sink.connections(), home, set);
            }
        });
    }

    private static void repeat(String set, Callable<Boolean> recording) throws Exception {
        int attempts = 0;
        while (!recording.call()) {
            assertTrue(++attempts < ATTEMPTS, set + " is not as it should be, " + ATTEMPTS + " times");
        }
    }

    /**
     * So slow that the guest writes to all its 64 pages in each round, and no round is the last. What counts is bytes
     * of pages before 8.0, and bytes on the wire since; from 8.2 on it ends by its own measure if it is not told.
     */
    private static void hold(Qemu qemu, QemuBinary binary) throws IOException {
        qemu.execute("migrate-set-parameters", binary.major() < 9 ? "{\"max-bandwidth\": 500000, \"downtime-limit\": 1}"
                : "{\"max-bandwidth\": 50000, \"downtime-limit\": 1, \"avail-switchover-bandwidth\": 1000}");
    }

    /** Whether it came so far. */
    private static boolean awaitRounds(Qemu qemu) throws IOException {
        while (true) {
            String answer = qemu.ask("query-migrate", "{}");
            Matcher syncs = SYNCS.matcher(answer);
            boolean ended = answer.contains("\"completed\"") || answer.contains("\"failed\"");
            if (ended || syncs.find() && Integer.parseInt(syncs.group(1)) >= ROUNDS) {
                return !ended;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void configure(Qemu qemu, String method, int channels) throws IOException {
        qemu.configure(method, Math.max(1, channels), false);
        if (channels == 0) {
            qemu.execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"multifd\", \"state\": "
                    + "false}]}");
        }
    }

    private void stoppedFile(QemuBinary binary, Path home, String set) throws Exception {
        Path directory = directory();
        try (Qemu qemu = stopped(binary, "pc", directory)) {
            qemu.configure("none", 2, false);
            file(qemu, directory, home, set);
        }
    }

    private void runningFile(QemuBinary binary, Path home, String set) throws Exception {
        Path directory = directory();
        try (Qemu qemu = running(binary, directory)) {
            configure(qemu, "none", 0);
            file(qemu, directory, home, set);
        }
    }

    private void file(Qemu qemu, Path directory, Path home, String set) throws Exception {
        qemu.execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"mapped-ram\", \"state\": "
                + "true}]}");
        Path file = directory.resolve("file.mig");
        qemu.migrate("file:" + file);
        sums.put(set, completed(qemu));
        pack(Files.readAllBytes(file), home.resolve(set + ".mig.gz"));
    }

    /** Whether it could be kept: each channel has its share. */
    private boolean keep(Qemu qemu, List<byte[]> connections, Path home, String set) throws Exception {
        String sum = completed(qemu);
        List<byte[]> channels = connections.subList(1, connections.size());
        long all = channels.stream().mapToLong(each -> each.length).sum();
        if (channels.stream().anyMatch(each -> each.length < all / channels.size() / 5)) {
            return false;
        }
        sums.put(set, sum);
        for (int i = 0; i < connections.size(); i++) {
            pack(connections.get(i), home.resolve(set + ".conn" + i + ".bin.gz"));
        }
        return true;
    }

    /** The MD5 of the guest's RAM, now that it has stopped for good. */
    private static String completed(Qemu qemu) throws Exception {
        String end = qemu.awaitEnd();
        if (!end.equals("completed")) {
            throw new IOException("the migration " + end + ": " + qemu.messages());
        }
        return String.format("%032x", new BigInteger(1, MessageDigest.getInstance("MD5").digest(qemu.ram())));
    }

    private static void pack(byte[] bytes, Path file) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file)) {
            {
                def.setLevel(9);
            }
        }) {
            out.write(bytes);
        }
    }

    /** Pages of four kinds by turns: noise, words, a few bytes in zeros, and one pattern over and over. */
    private static byte[] mixed(int pages) {
        String[] words = {"page ", "round ", "channel ", "guest ", "migration ", "source ", "destination ", "dirty "};
        Random random = new Random(20261130);
        ByteBuffer all = ByteBuffer.allocate(pages * PAGE).order(ByteOrder.LITTLE_ENDIAN);
        byte[] noise = new byte[PAGE];
        for (int page = 0; page < pages; page++) {
            all.position(page * PAGE).limit((page + 1) * PAGE);
            switch (page % 4) {
                case 0 -> {
                    random.nextBytes(noise);
                    all.put(noise);
                }
                case 1 -> {
                    while (all.remaining() >= 16) {
                        for (char each : words[random.nextInt(words.length)].toCharArray()) {
                            all.put((byte) each);
                        }
                    }
                }
                case 2 -> {
                    for (int i = 0; i < 20; i++) {
                        all.put(page * PAGE + random.nextInt(PAGE), (byte) (1 + random.nextInt(255)));
                    }
                }
                default -> {
                    while (all.hasRemaining()) {
                        all.putInt(page * 0x01000193);
                    }
                }
            }
        }
        return all.array();
    }

    /** Takes what is sent, from each connection to its end, and says nothing. */
    private static final class Sink implements AutoCloseable {

        private final ServerSocketChannel server = ServerSocketChannel.open();
        private final CompletableFuture<List<byte[]>> connections;

        Sink(int expected) throws IOException {
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            connections = CompletableFuture.supplyAsync(() -> take(expected));
        }

        String uri() throws IOException {
            return "tcp:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
        }

        private List<byte[]> take(int expected) {
            List<CompletableFuture<byte[]>> all = new ArrayList<>();
            try {
                while (all.size() < expected) {
                    SocketChannel each = server.accept();
                    all.add(CompletableFuture.supplyAsync(() -> drain(each)));
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return all.stream().map(CompletableFuture::join).toList();
        }

        private static byte[] drain(SocketChannel channel) {
            try (channel) {
                return Channels.newInputStream(channel).readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Main's bytes, then those of the channels in the order in which they came. */
        List<byte[]> connections() {
            List<byte[]> main = new ArrayList<>();
            List<byte[]> channels = new ArrayList<>();
            for (byte[] each : connections.join()) {
                (ByteBuffer.wrap(each).getInt() == 0x5145564D ? main : channels).add(each);
            }
            main.addAll(channels);
            return main;
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
