package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why no native library can be unpacked and loaded. */
class TemporaryDirectoryFaultTest {

    private static final String REMEDY = ": name another directory by -Djava.io.tmpdir=DIR";

    @TempDir
    Path temp;

    private static String fault(Path directory, String... mounts) {
        return TemporaryDirectory.fault(directory, List.of(mounts));
    }

    @Test
    void shouldFindNoFaultWithAUsableOne() {
        assertEquals("", fault(temp, "none / ext4 rw,relatime 0 0", "none " + temp + " tmpfs rw,exec 0 0"));
    }

    @Test
    void shouldNameWhatIsNoDirectory() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertEquals("; java.io.tmpdir is " + file + ", which is no directory" + REMEDY, fault(file));
    }

    @Test
    void shouldNameWhatCannotBeWrittenTo() {
        Path proc = Path.of("/proc/self"); // root may write to any other
        assertEquals("; java.io.tmpdir is " + proc + ", which cannot be written to (", fault(proc).replaceAll("\\(.*",
                "("));
    }

    @Test
    void shouldNameWhatIsMountedNoexec() throws Exception {
        Path inner = Files.createDirectory(temp.resolve("a b"));
        String root = "none / ext4 rw,noexec 0 0";
        assertEquals("; java.io.tmpdir is " + inner + ", from where nothing may be loaded (noexec)" + REMEDY,
                fault(inner, root));
        assertEquals("", fault(inner, root, "none " + temp.toRealPath() + "/a\\040b tmpfs rw 0 0"));
    }

    @Test
    void shouldSayNothingIfTheCauseIsAnother() {
        assertEquals("", TemporaryDirectory.cure(new IllegalStateException("no")));
        assertEquals("", TemporaryDirectory.cure(null));
    }
}
