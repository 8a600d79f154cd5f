package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.snapshot.RecordedSnapshot;

/** The recordings are this project's work: no firmware that QEMU brings along is in a guest's memory. */
class FirmwareTest {

    /** A run of at least twice as many bytes less one has one of the windows in it. */
    private static final int WINDOW = 32;
    /** What has fewer different bytes is a table or filling that anybody may have. */
    private static final int FEWEST_VALUES = 8;
    private static final int BITS = 1 << 22;
    private static final List<String> NAMES = List.of("SeaBIOS", "kvmvapic", "iPXE", "vgabios", "Plex86", "qboot");

    @TempDir
    Path temp;

    /** The windows of some files, by their sums. */
    private static final class Windows {

        private final Set<Long> sums = new HashSet<>();
        private final BitSet some = new BitSet(BITS);

        void add(byte[] file) {
            for (int at = 0; at + WINDOW <= file.length; at += WINDOW) {
                BitSet values = new BitSet(256);
                long sum = 0;
                for (int i = at; i < at + WINDOW; i++) {
                    values.set(file[i] & 0xFF);
                    sum = sum * 0x100000001B3L + (file[i] & 0xFF);
                }
                if (values.cardinality() >= FEWEST_VALUES) {
                    sums.add(sum);
                    some.set(slot(sum));
                }
            }
        }

        private static int slot(long sum) {
            return (int) (sum * 0x9E3779B97F4A7C15L >>> 42);
        }

        /** Where the first one begins in a memory, or -1. */
        int find(byte[] memory) {
            long gone = 1;
            for (int i = 0; i < WINDOW; i++) {
                gone *= 0x100000001B3L;
            }
            long sum = 0;
            for (int i = 0; i < memory.length; i++) {
                sum = sum * 0x100000001B3L + (memory[i] & 0xFF);
                if (i >= WINDOW) {
                    sum -= gone * (memory[i - WINDOW] & 0xFF);
                }
                if (i >= WINDOW - 1 && some.get(slot(sum)) && sums.contains(sum)) {
                    return i + 1 - WINDOW;
                }
            }
            return -1;
        }
    }

    /** Every memory of every recording, and what crossed its connections, by a name. */
    private Map<String, byte[]> memories() throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (Capture capture : Stream.concat(Capture.MULTIFD.stream(), Stream.of(Capture.MAIN_ONLY)).toList()) {
            Recorded recorded = Recorded.of(capture);
            recorded.guest.ram.forEach((block, bytes) -> all.put(capture + " " + block, withoutZeros(bytes)));
            for (int i = 0; i < recorded.connections().size(); i++) {
                all.put(capture + " connection " + i, recorded.connections().get(i));
            }
        }
        for (RecordedSnapshot snapshot : RecordedSnapshot.values()) {
            all.put(snapshot.toString(), withoutZeros(Files.readAllBytes(snapshot.unpack(temp))));
        }
        return all;
    }

    /** Pages of zeros say nothing, and are most of a memory. */
    private static byte[] withoutZeros(byte[] memory) {
        byte[] kept = new byte[memory.length];
        byte[] zeros = new byte[4096];
        int length = 0;
        for (int at = 0; at < memory.length; at += zeros.length) {
            int size = Math.min(zeros.length, memory.length - at);
            if (!Arrays.equals(memory, at, at + size, zeros, 0, size)) {
                System.arraycopy(memory, at, kept, length, size);
                length += size;
            }
        }
        return Arrays.copyOf(kept, length);
    }

    /** The firmware of x86 in the directories of the QEMUs that are here. */
    private static List<Path> firmware() throws IOException {
        Set<Path> directories = new HashSet<>(List.of(Path.of("/usr/share/qemu"), Path.of("/usr/share/seabios")));
        String given = System.getProperty("multifd.qemu", System.getenv("MULTIFD_QEMU"));
        for (String each : given == null ? new String[0] : given.split(File.pathSeparator)) {
            for (String name : each.contains(File.separator) ? List.of("qemu", "seabios") : List.<String>of()) {
                directories.add(Path.of(each).toAbsolutePath().resolve("../../share").normalize().resolve(name));
            }
        }
        List<Path> files = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> list = Files.list(directory)) {
                    list.filter(file -> Files.isRegularFile(file) && file.getFileName().toString()
                            .matches("(bios|vgabios|kvmvapic|linuxboot|multiboot|pvh|qboot|sgabios|efi|pxe).*"))
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    @Test
    void shouldHaveNoFirmwareOfQemuInARecording() throws IOException {
        List<Path> files = firmware();
        assumeTrue(!files.isEmpty(), "no firmware of QEMU is installed");
        Windows windows = new Windows();
        for (Path file : files) {
            windows.add(Files.readAllBytes(file));
        }
        List<String> found = new ArrayList<>();
        memories().forEach((name, memory) -> {
            int at = windows.find(memory);
            if (at >= 0) {
                found.add(name + " at " + at);
            }
        });
        assertEquals(List.of(), found);
    }

    @Test
    void shouldNotNameAFirmwareInARecording() throws IOException {
        List<String> found = new ArrayList<>();
        memories().forEach((name, memory) -> {
            String text = new String(memory, StandardCharsets.ISO_8859_1);
            NAMES.stream().filter(text::contains).forEach(each -> found.add(name + ": " + each));
        });
        assertEquals(List.of(), found);
    }

    @Test
    void shouldFindAFirmwareWhereverItIs() {
        Random random = new Random(1);
        byte[] file = new byte[1000];
        random.nextBytes(file);
        Windows windows = new Windows();
        windows.add(file);
        for (int at : new int[] {0, 1, 4000, 8192 - 2 * WINDOW + 1}) {
            byte[] memory = new byte[8192];
            random.nextBytes(memory);
            assertEquals(-1, windows.find(memory));
            System.arraycopy(file, 7, memory, at, 2 * WINDOW - 1);
            assertEquals(at + WINDOW - 7, windows.find(memory));
        }
    }
}
