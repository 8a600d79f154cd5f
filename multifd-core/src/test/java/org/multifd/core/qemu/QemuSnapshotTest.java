package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.Eventually;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.snapshot.PlainSnapshot;

/** A stock, unpatched QEMU whose guest runs migrates into a snapshot; nothing is said of methods and channels. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuSnapshotTest extends EachQemu {

    static Stream<Arguments> migrations() {
        return Stream.concat(Stream.of(Arguments.of("zstd", 16, true)), Stream.of("none", "zlib", "zstd").flatMap(
                method -> Stream.of(1, 2, 4).flatMap(
                        channels -> Stream.of(false, true).map(returnPath -> Arguments.of(method, channels,
                        returnPath)))));
    }

    @ParameterizedTest(name = "{0}, {1} channels, return path {2}")
    @MethodSource("migrations")
    void shouldKeepARunningGuest(String method, int channels, boolean returnPath) throws Exception {
        Path directory = Files.createDirectory(temp.resolve("snapshots"));
        Path file = directory.resolve("guest.snap");
        MigrationParameters parameters = MigrationParameters.builder().set("timeout", Eventually.PATIENT_MILLIS)
                .build();
        try (Qemu qemu = Qemu.counting(binary, temp);
                MigrationDestination destination = MigrationDestination.intoFile(MethodRegistry.load(), parameters,
                        file, false)) {
            String uri = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return destination.receive();
                } catch (MigrationException e) {
                    throw new CompletionException(e);
                }
            });
            qemu.configure(method, channels, returnPath);
            qemu.migrate(uri);
            MigrationStats stats = received.get();
            assertEquals("completed", qemu.awaitEnd());
            assertEquals(method, stats.method());
            assertEquals(channels, stats.channels().size());
            check(file, qemu.ram());
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private void check(Path file, byte[] ram) throws Exception {
        try (PlainSnapshot snapshot = new PlainSnapshot(file)) {
            assertEquals(binary.machine(), snapshot.machine);
            assertEquals(Map.of("configuration/capabilities", List.of("mapped-ram")), snapshot.subsections);
            assertArrayEquals(ram, snapshot.ram("pc.ram"));
            assertTrue(snapshot.present("pc.ram") < ram.length / 4096 / 2, "most of this guest's RAM is zero");
            assertEquals(binary.major() >= 10 ? List.of(11) : List.of(), snapshot.commands,
                    "of commands only that of the switchover");
            String end = new String(snapshot.tail, StandardCharsets.UTF_8);
            assertEquals(0x04, snapshot.tail[0], "a device's section");
            assertTrue(end.contains("\"vmsd_name\"") && end.endsWith("}"),
                    end.substring(Math.max(0, end.length() - 40)));
        }
    }
}
