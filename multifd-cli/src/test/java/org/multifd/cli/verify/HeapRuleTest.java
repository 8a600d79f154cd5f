package org.multifd.cli.verify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is checked has the heap that commands have. */
class HeapRuleTest {

    @Test
    void shouldCheckWithTheLaunchersHeap() throws Exception {
        String launcher = Files.readString(Path.of("..", "multifd"));
        assertTrue(launcher.contains("\nheap=" + (ExaminerProcess.HEAP >> 20) + "m\n"), "the launcher's heap");
        assertTrue(launcher.contains("\nsize=\"-Xms64m -Xmx$heap\"\n"), "for every command");
    }
}
