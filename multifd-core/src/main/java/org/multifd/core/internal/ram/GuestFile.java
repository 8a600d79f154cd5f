package org.multifd.core.internal.ram;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.multifd.core.internal.wire.Text;

/** Opens what a guest's memory is written to, for nobody else: all of a guest's secrets are in it. */
public final class GuestFile {

    /** A new file's, as QEMU's; the umask may take more away. */
    private static final FileAttribute<?> OWNER_AND_GROUP = PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString("rw-rw----"));

    private GuestFile() {
    }

    /** Why a file cannot be had, in words. @param absent what to say where there is none */
    public static String reason(Exception e, String absent) {
        return e instanceof FileSystemException known && known.getReason() != null ? known.getReason()
                : e instanceof NoSuchFileException ? absent
                : e instanceof AccessDeniedException ? "no permission; ask for it"
                : e instanceof FileSystemException ? "the system gave no reason" : Text.reason(e);
    }

    /** Whether a file can be read by users who are neither its owner nor in its group. */
    public static boolean othersRead(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException | IOException e) {
            return false; // what cannot be told is not warned of
        }
    }

    /** A file that is there keeps its permissions. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(file, Set.copyOf(List.of(options)), OWNER_AND_GROUP)
                : FileChannel.open(file, options);
    }
}
