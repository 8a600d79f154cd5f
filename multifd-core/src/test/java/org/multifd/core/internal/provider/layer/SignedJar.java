package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A jar that is signed by the JDK's own tools, and then changed. */
public final class SignedJar {

    private SignedJar() {
    }

    /** Signs the jar with a key made for it alone, then changes one of its entries. */
    public static Path changed(Path jar, String entry, UnaryOperator<byte[]> change) throws IOException,
            InterruptedException {
        Path keys = jar.resolveSibling("keys.p12");
        List<String> store = List.of("-keystore", keys.toString(), "-storepass", "changeit", "-storetype", "PKCS12");
        run("keytool", store, "-genkeypair", "-alias", "author", "-keyalg", "EC", "-dname", "CN=author");
        run("jarsigner", store, jar.toString(), "author");
        Files.delete(keys);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                entries.put(each.getName(), in.readAllBytes());
            }
        }
        entries.computeIfPresent(entry, (name, content) -> change.apply(content));
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return jar;
    }

    private static void run(String tool, List<String> store, String... arguments) throws IOException,
            InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", tool)
                .toString()));
        command.addAll(store);
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }
}
