package org.multifd.core.ram;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Opens what a guest's memory is written to: all of a guest's secrets are in it. */
public final class GuestFile {

    /** A new file's, as QEMU's; the umask may take more away. */
    private static final FileAttribute<?> OWNER_AND_GROUP = PosixFilePermissions.asFileAttribute(
            PosixFilePermissions.fromString("rw-rw----"));

    private GuestFile() {
    }

    /** A file that is there keeps its permissions. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(file, Set.copyOf(List.of(options)), OWNER_AND_GROUP) : FileChannel.open(file, options);
    }
}
