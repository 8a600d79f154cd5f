package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.GuestFileException;

/** Reading by position from a file that was opened before, with what a message needs. Any thread. */
final class FileReading {

    private FileReading() {
    }

    static GuestFileException failed(Path path, String what, IOException e) {
        return new GuestFileException(path + ": " + what + ": " + GuestFile.reason(e, "there is no such file"), e);
    }

    /** Fills the buffer from a position on. */
    static void fully(Path path, FileChannel file, ByteBuffer into, long position) throws GuestFileException {
        long at = position;
        try {
            while (into.hasRemaining()) {
                int n = file.read(into, at);
                if (n < 0) {
                    throw new GuestFileException(path + ": the file ends at byte " + at + ", expected "
                            + into.remaining() + " bytes more; it was cut since it was opened");
                }
                at += n;
            }
        } catch (GuestFileException e) {
            throw e;
        } catch (IOException e) {
            throw failed(path, "cannot be read at byte " + at, e);
        }
    }

    static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read; nothing can be lost.
        }
    }
}
