package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a provider prints is not among a command's results; the command's streams are not the provider's to close. */
class ProviderOutputTest {

    @ParameterizedTest
    @CsvSource({"constructor,methods", "availability,methods", "send,demo", "receive,demo"})
    void shouldNotMixWithResults(String operation, String command, @TempDir Path directory) throws Exception {
        String code = "System.out.println(\"{chatter}\"); System.out.close(); System.err.close();";
        ZooJar jar = ZooJar.of("com.example.chatty", "chatty");
        Path path = (switch (operation) {
            case "constructor" -> jar.member("constructor", "public Methods() { " + code + " }");
            case "availability" -> jar.member("availability", "public Availability availability() { " + code
                    + " return Availability.usable(\"copies\"); }");
            case "send" -> jar.member("send", "void send(PageRuns pages, Payload out) { " + code
                    + " pages.copyTo(out.buffer()); }");
            case "receive" -> jar.member("receive", "void receive(PageRuns pages, PayloadSource in) throws IOException "
                    + "{ " + code + " pages.copyFrom(in.buffer()); }");
            default -> throw new IllegalArgumentException(operation);
        }).into(directory.resolve("jars"));
        List<String> args = new ArrayList<>(List.of(command, "--json", "--provider-path", path.toString()));
        if (command.equals("demo")) {
            args.addAll(List.of("--size", "1M", "--multifd-compression", "chatty"));
        }
        Path errors = directory.resolve("errors");
        Process process = new ProcessBuilder(Spawned.command(args.toArray(String[]::new)))
                .redirectError(errors.toFile()).start();
        List<Map<String, Object>> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines().map(JsonReader::object).toList();
        assertEquals(0, process.waitFor(), Files.readString(errors));
        assertTrue(lines.stream().anyMatch(line -> "chatty".equals(line.get("method"))), lines.toString());
        assertTrue(Files.readString(errors).contains("{chatter}"), Files.readString(errors));
    }
}
