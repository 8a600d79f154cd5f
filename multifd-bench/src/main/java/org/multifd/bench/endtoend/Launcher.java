package org.multifd.bench.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the command line's launcher tells the JVM: it is asked, with a Java that only says what it was given. */
public final class Launcher {

    private Launcher() {
    }

    /** The JVM's options for a command; without what says where modules and terminals are. */
    public static List<String> options(String command) throws IOException {
        Path directory = Files.createTempDirectory("launcher");
        try (InputStream script = Launcher.class.getResourceAsStream("/multifd")) {
            Path launcher = Files.createDirectory(directory.resolve("bin")).resolve("multifd");
            Files.copy(script, launcher);
            Path java = Files.createDirectories(directory.resolve("java/bin")).resolve("java");
            Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
            Files.writeString(directory.resolve("java/release"), "JAVA_VERSION=\"17\"\n");
            ProcessBuilder builder = new ProcessBuilder("sh", launcher.toString(), command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().put("JAVA_HOME", directory.resolve("java").toString());
            builder.environment().remove("MULTIFD_JAVA_OPTS");
            Process process = builder.start();
            List<String> given = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .toList();
            int end = given.stream().map(each -> each.startsWith("-Dmultifd.tty=")).toList().indexOf(true);
            if (end < 0) {
                throw new IOException("the launcher starts Java in another way than expected here: " + given);
            }
            return given.subList(0, end);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
