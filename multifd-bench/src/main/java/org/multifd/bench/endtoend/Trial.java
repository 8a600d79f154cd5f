package org.multifd.bench.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.bench.data.RamImage;
import org.multifd.bench.link.ThrottledPipe;
import org.multifd.bench.method.MethodLevel;
import org.multifd.bench.qemu.Qemu;

/** Does one thing once, in fresh processes, and compares the RAM that arrived. */
final class Trial {

    private static final List<String> WAITING = List.of("-incoming", "defer");
    private static final List<String> STOPPED = List.of();

    /** A pipe without a limit worth the name, which only counts. */
    private static final int UNLIMITED_MEGABITS = 1_000_000;

    private final RamImage image;
    private final Path directory;
    private final List<String> javaOptions;
    private final List<String> parameters;
    private final String qemu;
    private final Path snapshot;
    private final Map<String, Double> wireOfQemu = new LinkedHashMap<>();
    private String qemuVersion = "";

    /** @param directory where the RAM of destinations goes, beside the image */
    public Trial(RamImage image, Path directory, List<String> javaOptions, List<String> parameters, String qemu) {
        this.image = image;
        this.directory = directory;
        this.javaOptions = javaOptions;
        this.parameters = parameters;
        this.qemu = qemu;
        this.snapshot = directory.resolve("snapshot");
    }

    /** Its version, empty if there is no such program. */
    String findQemu() throws IOException {
        try (Qemu found = qemu("arrived", STOPPED, MethodLevel.parse("none"), 1)) {
            qemuVersion = found.version();
        } catch (IOException e) {
            if (e.getMessage() != null && e.getMessage().startsWith("Cannot run program")) {
                return "";
            }
            throw e;
        } finally {
            Files.deleteIfExists(arrived());
        }
        return qemuVersion;
    }

    private Path arrived() {
        return directory.resolve("arrived");
    }

    /** Figures by name. */
    Map<String, Double> run(Setting of) throws IOException {
        try {
            return switch (of.kind()) {
                case CODEC -> codec(of);
                case PUMP -> pump(of);
                case OURS -> ours(of);
                case QEMU -> qemuToQemu(of);
                case RECEIVE -> receive(of);
                case SEND, UNREAD -> send(of);
                case RELAY -> relay(of);
            };
        } finally {
            Files.deleteIfExists(arrived());
        }
    }

    private Map<String, Double> codec(Setting of) throws IOException {
        try (Child codec = child("codec", image.file(), of.method())) {
            codec.go("");
            Child.Done done = codec.await();
            return new LinkedHashMap<>(Map.of("encode_s_gb", done.seconds(), "payload_mb_gb", done.bytes() * 1e-6,
                    "decode_s_gb", done.third()));
        }
    }

    private Map<String, Double> pump(Setting of) throws IOException {
        long bytes = image.nonZeroBytes() == 0 ? image.bytes() : image.nonZeroBytes();
        try (Child in = child("pump-in", arrived(), "-", of.channels(), bytes);
                Child out = child("pump-out", image.file(), "-", of.channels(), bytes)) {
            in.go("");
            out.go(in.address());
            Child.Done done = out.await();
            in.await();
            return figures(done.seconds(), bytes, out.used(), in.used());
        }
    }

    private Map<String, Double> ours(Setting of) throws IOException {
        try (Child destination = child("destination", arrived());
                Child source = ours("source", image.file(), of)) {
            destination.go("");
            source.go(destination.address());
            Child.Done sent = source.await();
            Child.Done received = destination.await();
            Map<String, Double> figures = figures(sent.seconds(), sent.bytes(), source.used(), destination.used());
            figures.put("source_heap_bytes_per_packet", sent.third());
            figures.put("destination_heap_bytes_per_packet", received.third());
            image.demandIdentical(arrived());
            return figures;
        }
    }

    private Map<String, Double> qemuToQemu(Setting of) throws IOException {
        if (!wireOfQemu.containsKey(of.method().method())) {
            wireOfQemu.put(of.method().method(), countWire(of));
        }
        try (Qemu destination = destination(of); Qemu source = source(of)) {
            return migrated(source, destination.listen(), destination, wireOfQemu.get(of.method().method()));
        }
    }

    /** QEMU counts bytes before they are compressed, so the wire is measured, in a migration that is not timed. */
    private double countWire(Setting of) throws IOException {
        try (Qemu destination = destination(of);
                Qemu source = source(of);
                ThrottledPipe pipe = new ThrottledPipe(destination.listen(), UNLIMITED_MEGABITS)) {
            migrated(source, pipe.address(), destination, 0);
            return pipe.bytes();
        }
    }

    private Map<String, Double> migrated(Qemu source, String to, Qemu destination, double wire) throws IOException {
        Usage sourceBefore = Usage.of(source.pid());
        Usage destinationBefore = Usage.of(destination.pid());
        double seconds = migrate(source, to);
        destination.awaitCompleted();
        Map<String, Double> figures = figures(seconds, wire, Usage.of(source.pid()).since(sourceBefore),
                Usage.of(destination.pid()).since(destinationBefore));
        image.demandIdentical(arrived());
        return figures;
    }

    private static double migrate(Qemu source, String to) throws IOException {
        long start = System.nanoTime();
        source.migrate(to);
        source.awaitCompleted();
        return (System.nanoTime() - start) * 1e-9;
    }

    private Map<String, Double> receive(Setting of) throws IOException {
        try (Child receiver = child("receive", snapshot); Qemu source = source(of)) {
            receiver.go("");
            Usage before = Usage.of(source.pid());
            double seconds = migrate(source, receiver.address());
            Child.Done done = receiver.await();
            Map<String, Double> figures = figures(seconds, done.bytes(), Usage.of(source.pid()).since(before),
                    receiver.used());
            figures.put("destination_heap_bytes_per_packet", done.third());
            image.demandIdenticalSnapshot(snapshot);
            return figures;
        }
    }

    private Map<String, Double> send(Setting of) throws IOException {
        if (!Files.exists(snapshot)) {
            receive(new Setting(Setting.Kind.RECEIVE, MethodLevel.parse("none"), of.channels()));
        }
        try (Qemu destination = destination(of); Child sender = ours("send", snapshot, of)) {
            String to = destination.listen();
            Usage before = Usage.of(destination.pid());
            sender.go(to);
            Child.Done done = sender.await();
            destination.awaitCompleted();
            Map<String, Double> figures = figures(done.seconds(), done.bytes(), sender.used(),
                    Usage.of(destination.pid()).since(before));
            figures.put("source_heap_bytes_per_packet", done.third());
            image.demandIdentical(arrived());
            return figures;
        }
    }

    private Map<String, Double> relay(Setting of) throws IOException {
        try (Qemu destination = destination(of);
                Child relay = ours("relay", destination.listen(), of);
                Qemu source = source(of)) {
            relay.go("");
            Map<String, Double> figures = migrated(source, relay.address(), destination, 0);
            figures.put("wire_bytes", (double) relay.await().bytes());
            Usage used = relay.used();
            figures.put("relay_cpu_s_gb", used.cpuSeconds() / image.gigabytes());
            figures.put("relay_peak_mb", used.peakBytes() * 1e-6);
            return figures;
        }
    }

    private Qemu source(Setting of) throws IOException {
        return qemu(image.file().getFileName().toString(), STOPPED, of.method(), of.channels());
    }

    private Qemu destination(Setting of) throws IOException {
        return qemu("arrived", WAITING, of.method(), of.channels());
    }

    private Qemu qemu(String ram, List<String> options, MethodLevel method, int channels) throws IOException {
        Path own = Files.createDirectories(directory.resolve(options == WAITING ? "destination" : "source"));
        Qemu started = Qemu.start(qemu, own, image.mebibytes(), directory.resolve(ram), options);
        started.prepare(method, channels);
        return started;
    }

    /** One that sends. */
    private Child ours(String role, Object what, Setting of) throws IOException {
        List<Object> args = new ArrayList<>(List.of(role, what, of.method(), of.channels()));
        args.addAll(parameters);
        if (of.kind() == Setting.Kind.UNREAD) {
            args.add("zero-copy-send=on");
        }
        return child(args.toArray());
    }

    private Child child(Object... args) throws IOException {
        List<String> options = new ArrayList<>(classes(args[0].toString()));
        options.addAll(javaOptions);
        return new Child(options, args);
    }

    /** As the first worker of that role has loaded them, which is what the launcher does for the command's. */
    private List<String> classes(String role) {
        Path archive = directory.resolve(role + ".jsa");
        return List.of("-Xlog:disable", (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=")
                + archive);
    }

    private Map<String, Double> figures(double seconds, double wireBytes, Usage source, Usage destination) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("seconds", seconds);
        figures.put("mb_s", image.gigabytes() * 1000 / seconds);
        figures.put("wire_bytes", wireBytes);
        figures.put("source_cpu_s_gb", source.cpuSeconds() / image.gigabytes());
        figures.put("destination_cpu_s_gb", destination.cpuSeconds() / image.gigabytes());
        figures.put("source_peak_mb", source.peakBytes() * 1e-6);
        figures.put("destination_peak_mb", destination.peakBytes() * 1e-6);
        figures.put("source_faults", (double) source.faults());
        figures.put("destination_faults", (double) destination.faults());
        return figures;
    }
}
