package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** What tests have that run once for each QEMU: which one, and a directory. */
abstract class EachQemu {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    @Parameter
    QemuBinary binary;

    @TempDir
    Path temp;

    private final List<Path> inMemory = new ArrayList<>();

    @BeforeEach
    void requireQemu() {
        binary.require("QEMU");
    }

    final Path directory(String name) throws Exception {
        return Files.createDirectories(temp.resolve(name));
    }

    /** A directory of a destination that postcopy may come to: its RAM is in memory, as postcopy demands. */
    final Path directoryForPostcopy(String name) throws Exception {
        assumeTrue(binary.isFrom(10, 1), "postcopy-ram and multifd together are of 10.1 and newer");
        assumeTrue(Files.isDirectory(SHARED_MEMORY), "there is no " + SHARED_MEMORY);
        Path directory = directory(name);
        inMemory.add(Files.createSymbolicLink(directory.resolve("ram"),
                Files.createTempFile(SHARED_MEMORY, "multifd", ".ram")));
        return directory;
    }

    @AfterEach
    void freeMemory() throws IOException {
        for (Path each : inMemory) {
            Files.delete(Files.readSymbolicLink(each));
        }
    }
}
