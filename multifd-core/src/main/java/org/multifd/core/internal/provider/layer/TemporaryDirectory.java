package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.multifd.core.internal.wire.Text;

/** {@code java.io.tmpdir}, where codecs unpack their native libraries: why they cannot, if that is the reason. */
public final class TemporaryDirectory {

    private static final String REMEDY = ": name another directory by -Djava.io.tmpdir=DIR";
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    /** Deeper than any real chain of causes. */
    private static final int MAX_CAUSES = 64;
    /** Less than any native library has. */
    private static final int BYTES = 64 * 1024;

    private TemporaryDirectory() {
    }

    /**
     * What to add to the reason why a method is unusable: the cure, if code of it could not be loaded and the directory
     * is of no use; else nothing.
     */
    public static String cure(Throwable cause) {
        return hasToDoWithFiles(cause) ? fault(Path.of(System.getProperty("java.io.tmpdir")), mounts()) : "";
    }

    private static boolean hasToDoWithFiles(Throwable cause) {
        Throwable each = cause;
        for (int i = 0; each != null && i < MAX_CAUSES; i++) {
            if (each instanceof LinkageError || each instanceof IOException) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    static String fault(Path directory, List<String> mounts) {
        String what = "; java.io.tmpdir is " + directory + ", ";
        if (!Files.isDirectory(directory)) {
            return what + "which is no directory" + REMEDY;
        }
        try {
            Path probe = Files.createTempFile(directory, "multifd-", ".probe");
            try {
                Files.write(probe, new byte[BYTES]);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            return what + "which cannot be written to (" + Text.oneLine(Text.reason(e)) + ")" + REMEDY;
        }
        return isNoexec(directory, mounts) ? what + "from where nothing may be loaded (noexec)" + REMEDY : "";
    }

    private static List<String> mounts() {
        try {
            return Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of(); // another system
        }
    }

    /** Whether the last of the mounts that the directory is below says so. */
    private static boolean isNoexec(Path directory, List<String> mounts) {
        int longest = -1;
        boolean noexec = false;
        for (String each : mounts) {
            String[] fields = each.split(" ");
            if (fields.length > 3 && isBelow(directory, fields[1]) && fields[1].length() >= longest) {
                longest = fields[1].length();
                noexec = List.of(fields[3].split(",")).contains("noexec");
            }
        }
        return noexec;
    }

    private static boolean isBelow(Path directory, String mount) {
        try {
            return directory.toRealPath().startsWith(mount.replace("\\040", " "));
        } catch (IOException e) {
            return false;
        }
    }
}
