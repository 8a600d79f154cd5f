package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that a snapshot is written to. If the snapshot never becomes complete, what is before it is as it was. What it
 * was to replace is, too, in a {@link PendingFile}; in a {@link SharedFile} that is gone from {@link #begin} on, and a
 * file that was shorter than the offset may be as long as that. Any thread writes; the rest is one thread's.
 */
abstract sealed class WrittenFile permits PendingFile, SharedFile {

    private static final Logger LOG = LoggerFactory.getLogger(WrittenFile.class);

    /** A disk with less than this is full, however its error is worded in the user's language. */
    private static final long FULL_BYTES = 64 * 1024;

    /** Few file systems have files of this size: ext4 ends at 16 TiB. */
    private static final long UNUSUAL_OFFSET = 1L << 43;

    private final Path target;
    private final String place;
    private final FileChannel channel;
    private final IfExists existing;
    private final long start;
    private boolean closed;

    /**
     * @param opened what is written to, and gets or has the target's name
     * @param start where in the file the snapshot begins
     * @param place what a missing permission would be for
     */
    WrittenFile(Path target, Path opened, long start, String place, IfExists existing, OpenOption... options)
            throws GuestFileException {
        this.target = target;
        this.start = start;
        this.existing = existing;
        this.place = place;
        try {
            this.channel = GuestFile.open(opened, options);
        } catch (IOException e) {
            throw failed("cannot create " + target, e);
        }
    }

    /** The file's own path. Throws if there can be no file of that name. */
    static Path target(Path file) throws GuestFileException {
        Path target = file.toAbsolutePath().normalize();
        Path directory = target.getParent();
        if (directory == null || Files.isDirectory(target)) {
            throw new GuestFileException("cannot create " + target
                    + ": it is a directory; give the name of a file in it");
        }
        if (!Files.isDirectory(directory)) {
            throw new GuestFileException("cannot create " + target + ": directory " + directory
                    + " does not exist; make it first");
        }
        return target;
    }

    final Path target() {
        return target;
    }

    final FileChannel channel() {
        return channel;
    }

    final IfExists existing() {
        return existing;
    }

    /** What is to be written is known, and nothing of it is written yet. */
    void begin() throws IOException {
    }

    /** Writes the buffer up to its limit. */
    final void write(ByteBuffer from, long position) throws IOException {
        long at = position;
        try {
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /** A channel that is closed is so by an interrupt, or at the end of all: not the file's fault. */
    final IOException unwritten(IOException e) {
        return e instanceof ClosedChannelException ? e : failed("cannot write " + target, e);
    }

    /** To the disk with what is written so far. */
    final void sync() throws IOException {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    /** Everything is written but what makes a snapshot of it. */
    void seal() throws IOException {
    }

    /** The file is complete: to the disk with it. {@link #abandon} still takes that back. */
    abstract void publish() throws IOException;

    /** It stays, whatever happens now. */
    void keep() {
        closed = true;
    }

    /** Nothing of it stays. After {@link #keep}, or a second time, does nothing. */
    final void abandon() {
        if (!closed) {
            closed = true;
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("{} did not close: {}", target, Text.reason(e));
            }
            takeBack();
        }
    }

    /** Undoes what was done to the file, which is closed. */
    abstract void takeBack();

    /** To the disk, and nothing more can be written. */
    final void finish() throws IOException {
        sync();
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("cannot write " + target, e);
        }
    }

    /** The name is to outlive a crash, too. */
    final void syncDirectory() {
        try (FileChannel directory = FileChannel.open(target.getParent())) {
            directory.force(true);
        } catch (IOException e) {
            LOG.debug("directory {} cannot be synced here: {}", target.getParent(), Text.reason(e));
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left behind and cannot be deleted: {}", file, Text.reason(e));
        }
    }

    final GuestFileException failed(String what, IOException e) {
        Path directory = target.getParent();
        String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            return new GuestFileException(what + ": no permission to write " + place
                    + "; choose another one, or ask for the permission", e);
        }
        if (isFull(reason)) {
            return new GuestFileException("no space left on " + directory + " for " + target.getFileName()
                    + "; free some, or choose another file system", e);
        }
        if (e instanceof NoSuchFileException) {
            return new GuestFileException(what + ": no file can be made in directory " + directory
                    + ", or it is no longer there; choose another one", e);
        }
        if (start >= UNUSUAL_OFFSET) {
            return new GuestFileException(what + " from offset " + start + " on: "
                    + (reason == null ? Text.reason(e) : reason) + "; few file systems have files of that size, give a "
                    + "smaller offset", e);
        }
        return new GuestFileException(what + ": " + (reason == null ? Text.reason(e) : reason)
                + "; check the disk and the limits, or choose another file system", e);
    }

    private boolean isFull(String reason) {
        if (reason != null && (reason.contains("No space left") || reason.contains("quota exceeded"))) {
            return true;
        }
        try {
            FileStore store = Files.getFileStore(target.getParent());
            return store.getTotalSpace() > 0 && store.getUsableSpace() < FULL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }
}
