package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.FileUri;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;

/** Providers that end the JVM with exit code 0: the command's exit code is 1, and a line says who did it. */
class ProviderExitTest {

    @TempDir
    Path directory;

    private static final String LEFT = "multifd: an unfinished file may be left behind";
    private static final String EXIT = "System.exit(0);";

    /** A provider that calls System.exit in one of its operations. */
    private Path provider(String operation) {
        ZooJar jar = ZooJar.of("com.example.exits", "exits");
        return (switch (operation) {
            case "constructor" -> jar.member("constructor", "public Methods() { " + EXIT + " }");
            case "availability" -> jar.member("availability", "public Availability availability() { " + EXIT
                    + " return null; }");
            case "prepare" -> jar.member("send", "void send(PageRuns pages, Payload out) { " + EXIT + " }");
            case "recv" -> jar.member("receive", "void receive(PageRuns pages, PayloadSource in) { " + EXIT + " }");
            case "none" -> jar;
            default -> throw new IllegalArgumentException(operation);
        }).into(directory.resolve(operation));
    }

    private Process start(String... args) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("temporary"));
        List<String> command = new ArrayList<>(Spawned.command(args));
        command.add(command.indexOf("-XX:+UseSerialGC"), "-Djava.io.tmpdir=" + temporary);
        return new ProcessBuilder(command).redirectError(directory.resolve("errors").toFile()).start();
    }

    /**
     * What the process printed to standard error as its own, when it has ended with that code and left nothing behind.
     */
    private String line(int code, Process process) throws Exception {
        assertEquals(code, process.waitFor(), () -> read(directory.resolve("errors")));
        try (Stream<Path> left = Files.list(directory.resolve("temporary"))) {
            // what the JDK deletes at exit, a codec's library, stays: only a halt can change the exit code
            assertEquals(List.of(), left.filter(each -> each.getFileName().toString().startsWith("multifd-")).toList());
        }
        List<String> lines = read(directory.resolve("errors")).lines().filter(line -> line.startsWith("multifd: "))
                .toList();
        // the thread that is in the provider cannot be brought to remove what it has written
        assertEquals(List.of(), lines.stream().skip(1).filter(each -> !each.equals(LEFT)).toList());
        return lines.get(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String expected(String method, String place) {
        return "multifd: a provider ended the JVM: " + method + "com.example.exits.Methods" + place
                + " called System.exit; use another provider, multifd verify checks this one";
    }

    private static String withoutLine(String text) {
        return text.replaceAll(":\\d+\\)", ":N)");
    }

    @ParameterizedTest
    @CsvSource({"methods,constructor,.<init>(Methods.java:N),''",
        "methods,availability,.availability(Methods.java:N),'method exits, '",
        "demo,prepare,.send(Methods.java:N),'method exits, '", "demo,recv,.receive(Methods.java:N),'method exits, '"})
    void shouldNotPassForSuccessInACommand(String command, String operation, String place, String method)
    throws Exception {
        List<String> args = new ArrayList<>(List.of(command, "--provider-path", provider(operation).toString()));
        if (command.equals("demo")) {
            args.addAll(List.of("--multifd-compression", "exits", "--size", "1M"));
        }
        Process process = start(args.toArray(String[]::new));
        process.getInputStream().readAllBytes();
        assertEquals(expected(method, place), withoutLine(line(1, process)));
    }

    @ParameterizedTest
    @CsvSource({"receive,recv,.receive(Methods.java:N)", "relay,prepare,.send(Methods.java:N)"})
    void shouldNotPassForSuccessInACommandThatListens(String command, String operation, String place) throws Exception {
        Path target = directory.resolve("target");
        List<String> args = new ArrayList<>(List.of(command, "--provider-path", provider(operation).toString(),
                "tcp:127.0.0.1:0", command.equals("relay") ? "unix:" + target : "file:" + target));
        if (command.equals("relay")) {
            args.addAll(1, List.of("--multifd-compression", "exits"));
        }
        Process receiver = null;
        if (command.equals("relay")) {
            receiver = new ProcessBuilder(Spawned.command("receive", "--provider-path", provider("none").toString(),
                    "unix:" + target, "file:" + directory.resolve("received"))).start();
            receiver.inputReader().readLine();
        }
        Process process = start(args.toArray(String[]::new));
        BufferedReader out = process.inputReader();
        String address = out.readLine().substring("listening on ".length());
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(command.equals("relay") ? "none" : "exits",
                address));
        assertEquals(expected("method exits, ", place), withoutLine(line(1, process)));
        sent.handle((nothing, failure) -> null).get();
        if (receiver != null) {
            receiver.destroyForcibly();
        }
    }

    private void send(String method, String address) {
        try {
            MethodRegistry registry = MethodRegistry.builder().path(provider("none")).load();
            MigrationSource.fromFile(registry, MigrationParameters.builder().set("multifd-compression", method).build(),
                    FileUri.parse("file:" + Recorded.snapshot(directory))).migrate(address);
        } catch (MigrationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource("prepare,.send(Methods.java:N)")
    void shouldNotPassForSuccessInSend(String operation, String place) throws Exception {
        Process receiver = new ProcessBuilder(Spawned.command("receive", "--provider-path", provider("none").toString(),
                "tcp:127.0.0.1:0", "file:" + directory.resolve("received"))).start();
        try {
            String address = receiver.inputReader().readLine().substring("listening on ".length());
            Process process = start("send", "--provider-path", provider(operation).toString(), "--multifd-compression",
                    "exits", "file:" + Recorded.snapshot(directory), address);
            assertEquals(expected("method exits, ", place), withoutLine(line(1, process)));
        } finally {
            receiver.destroyForcibly();
        }
    }
}
