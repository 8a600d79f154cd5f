package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A QEMU to test against. The system property {@code multifd.qemu}, or the environment's {@code MULTIFD_QEMU}, lists
 * them, separated as a path is; otherwise it is the one on PATH. Where there is none the tests are skipped, or fail if
 * they are demanded.
 *
 * @param command what starts it; null if there is none
 * @param version as it says itself
 */
record QemuBinary(Path command, String version) {

    private static final String NAME = "qemu-system-x86_64";
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)\\S*");
    private static final QemuBinary NONE = new QemuBinary(null, "no version");
    private static final List<QemuBinary> FOUND = find();

    /** All there are: each class runs once for each of them. */
    static List<QemuBinary> all() {
        return orNone(FOUND.stream());
    }

    /** Those that have mapped-ram files and the newer streams. */
    static List<QemuBinary> fromNineOn() {
        return orNone(FOUND.stream().filter(each -> each.major() >= 9));
    }

    private static List<QemuBinary> orNone(Stream<QemuBinary> some) {
        List<QemuBinary> list = some.toList();
        return list.isEmpty() ? List.of(NONE) : list;
    }

    private static List<QemuBinary> find() {
        String given = System.getProperty("multifd.qemu", System.getenv("MULTIFD_QEMU"));
        return Stream.of((given == null ? NAME : given).split(File.pathSeparator)).map(QemuBinary::onPath)
                .filter(Objects::nonNull)
                .map(command -> new QemuBinary(command, ask(command))).toList();
    }

    private static Path onPath(String name) {
        return (name.contains(File.separator) ? Stream.of(Path.of(name))
                : Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static String ask(Path command) {
        try {
            Process process = new ProcessBuilder(command.toString(), "--version").start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(said);
            if (!version.find()) {
                throw new IllegalStateException(command + " --version says: " + said);
            }
            return version.group().substring("version ".length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int major() {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    /** Whether it is of this version, or a newer one. */
    boolean isFrom(int major, int minor) {
        int[] numbers = Stream.of(version.split("\\.")).limit(2).mapToInt(Integer::parseInt).toArray();
        return numbers[0] > major || numbers[0] == major && numbers[1] >= minor;
    }

    /** The newest machine type of pc that it knows, and what "pc" is short for. */
    String machine() {
        String[] numbers = version.split("\\.");
        return "pc-i440fx-" + numbers[0] + "." + numbers[1];
    }

    /** Skips a test where there is none; in CI, and where it is asked for, there must be one. */
    void require(String which) {
        boolean demanded = "true".equals(System.getenv("CI")) || Boolean.getBoolean("multifd.qemu.required");
        if (command == null && FOUND.isEmpty() && demanded) {
            fail("no " + NAME + " on PATH, and the tests against it are demanded: install qemu-system-x86");
        }
        assumeTrue(command != null, "no " + which + ": install qemu-system-x86, or name some in MULTIFD_QEMU");
    }

    @Override
    public String toString() {
        return "QEMU " + version;
    }
}
