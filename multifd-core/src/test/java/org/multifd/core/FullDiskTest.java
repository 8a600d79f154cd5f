package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A snapshot for which there is no space, in a process of its own: on a small file system, and with a limit of file
 * sizes.
 */
class FullDiskTest {

    private static final List<String> UNSHARE = List.of("unshare", "-rm");

    @TempDir
    Path directory;

    /**
     * The process: receives into a file, as a snapshot of either kind or as memory, then says how it ended and what is
     * in the directory.
     */
    static final class Receiver {

        private Receiver() {
        }

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            MethodRegistry registry = MethodRegistry.load();
            registry.register(new PlainMethod("plain"));
            boolean memory = args.length > 1 && args[1].equals("memory");
            MigrationParameters parameters = MigrationParameters.builder()
                    .set("snapshot-compression", args.length > 1 && !memory ? args[1] : "none").build();
            try (MigrationDestination destination = memory
                    ? new MigrationDestination(registry, parameters, (pageSize, blocks) ->
                            GuestRam.builder(pageSize).freshBlock("block0", file, blocks.get("block0")).build())
                    : MigrationDestination.intoFile(registry, parameters, file, false)) {
                System.out.println(destination.listen("tcp:127.0.0.1:0"));
                destination.receive();
                System.out.println("received");
            } catch (MigrationException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            try (Stream<Path> files = Files.list(file.getParent())) {
                System.out.println(files.toList());
            }
        }
    }

    /** The tests run as part of a module; this process as what is on the class path. */
    static List<String> java(Class<?> program, String... args) {
        String path = Stream.of("target/classes", "target/test-classes", System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", "")).filter(each -> !each.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        return join(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-UsePerfData",
                "-Xshare:auto", "-cp", path, program.getName()), List.of(args));
    }

    /** The command, with 8 MiB of space in the directory; skips the test where that cannot be had. */
    static List<String> onSmallDisk(Path directory, List<String> command) throws Exception {
        assumeTrue(new ProcessBuilder(join(UNSHARE, List.of("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs",
                directory.toString()))).start().waitFor() == 0, "no file system can be mounted here");
        List<String> mounted = List.of("sh", "-c", "mount -t tmpfs -o size=8m tmpfs \"$0\" && exec \"$@\"",
                directory.toString());
        return join(join(UNSHARE, mounted), command);
    }

    /** The command, with files of at most 4 MiB. */
    static List<String> withSmallFiles(List<String> command) {
        return join(List.of("sh", "-c", "ulimit -f 8192 && exec \"$0\" \"$@\""), command);
    }

    private static List<String> join(List<String> first, List<String> then) {
        List<String> all = new ArrayList<>(first);
        all.addAll(then);
        return all;
    }

    /** Migrates 24 MiB into it; what the process said. */
    private void assertTooLarge(List<String> command, String message, String left) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 24 << 20), 3, new byte[0]));
                BufferedReader out = process.inputReader()) {
            String address = out.readLine();
            assertNotNull(address, "the process ended");
            MigrationSource source = new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram,
                    pair.log, pair.guest);
            MigrationException told = null;
            try {
                source.migrate(address);
            } catch (MigrationException e) {
                told = e;
            }
            List<String> said = out.lines().toList();
            assertEquals(2, said.size(), said.toString());
            assertTrue(said.get(0).matches("FILE " + message), said.toString());
            assertEquals(left, said.get(1));
            assertNotNull(told, "the source believes that all is kept");
            assertTrue(told.getMessage().matches("the destination failed: " + message), told.getMessage());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayThatTheDiskIsFull() throws Exception {
        String file = directory.resolve("guest.snap").toString();
        assertTooLarge(onSmallDisk(directory, java(Receiver.class, file)), "no space left on " + directory
                + " for guest.snap; free some, or choose another file system", "[]");
    }

    @Test
    void shouldSayThatTheDiskIsFullOfACompressedSnapshot() throws Exception {
        String file = directory.resolve("guest.snap").toString();
        assertTooLarge(onSmallDisk(directory, java(Receiver.class, file, "zstd")), "no space left on " + directory
                + " for guest.snap; free some, or choose another file system", "[]");
    }

    @Test
    void shouldSayThatThereIsNoSpaceForMemory() throws Exception {
        String file = directory.resolve("ram").toString();
        assertTooLarge(onSmallDisk(directory, java(Receiver.class, file, "memory")),
                "RAM block \"block0\": its file cannot be written at byte \\d+: No space left on device; check the "
                + "disk and the limits, or choose another file system",
                "[" + file + "]");
    }

    @Test
    void shouldSayThatTheFileMayNotGrow() throws Exception {
        String file = directory.resolve("guest.snap").toString();
        assertTooLarge(withSmallFiles(java(Receiver.class, file)), "cannot write " + file
                + ": File too large; check the disk and the limits, or choose another file system", "[]");
    }
}
