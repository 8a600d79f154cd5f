package org.multifd.core.qemu;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** What tests have that run once for each QEMU: which one, and a directory. */
abstract class EachQemu {

    @Parameter
    QemuBinary binary;

    @TempDir
    Path temp;

    @BeforeEach
    void requireQemu() {
        binary.require("QEMU");
    }

    final Path directory(String name) throws Exception {
        return Files.createDirectories(temp.resolve(name));
    }
}
