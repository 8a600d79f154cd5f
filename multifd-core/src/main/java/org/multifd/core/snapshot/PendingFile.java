package org.multifd.core.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that gets its name only when it is complete and on the disk; until then, and if it never is, nothing is changed
 * under that name. Any thread writes; the rest is one thread's.
 */
final class PendingFile {

    private static final Logger LOG = LoggerFactory.getLogger(PendingFile.class);

    /** A disk with less than this is full, however its error is worded in the user's language. */
    private static final long FULL_BYTES = 64 * 1024;

    private final Path target;
    private final boolean replace;
    private final Path temporary;
    private final Path replaced;
    private final FileChannel channel;
    private boolean published;
    private boolean closed;

    private PendingFile(Path target, boolean replace) throws SnapshotException {
        this.target = target;
        this.replace = replace;
        Path directory = target.getParent();
        String unique = "." + target.getFileName() + "." + UUID.randomUUID().toString().substring(0, 8);
        this.temporary = directory.resolve(unique + ".part");
        this.replaced = directory.resolve(unique + ".replaced");
        try {
            this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
                    StandardOpenOption.SPARSE);
        } catch (IOException e) {
            throw failed("cannot create " + target, e);
        }
    }

    /** @param replace whether a file of that name may be there, and is replaced in the end */
    static PendingFile create(Path file, boolean replace) throws SnapshotException {
        Path target = file.toAbsolutePath().normalize();
        Path directory = target.getParent();
        if (directory == null || Files.isDirectory(target)) {
            throw new SnapshotException("cannot create " + target + ": it is a directory; give the name of a file in it");
        }
        if (!Files.isDirectory(directory)) {
            throw new SnapshotException("cannot create " + target + ": directory " + directory
                    + " does not exist; make it first");
        }
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            if (!replace) {
                throw exists(target, null);
            }
            if (!Files.isRegularFile(target)) {
                throw new SnapshotException("cannot replace " + target + ": it is no regular file; choose another name");
            }
        }
        return new PendingFile(target, replace);
    }

    private static SnapshotException exists(Path target, Throwable cause) {
        return new SnapshotException("file " + target + " exists; choose another name, or --force to replace it", cause);
    }

    Path target() {
        return target;
    }

    /** Writes the buffer up to its limit. */
    void write(ByteBuffer from, long position) throws IOException {
        long at = position;
        try {
            while (from.hasRemaining()) {
                at += channel.write(from, at);
            }
        } catch (ClosedChannelException e) {
            throw e; // an interrupt, or the end of all: not the file's fault
        } catch (IOException e) {
            throw failed("cannot write " + target, e);
        }
    }

    /** Writes from there on; not buffered, and not to be closed. */
    OutputStream from(long position) {
        return new OutputStream() {

            private long at = position;

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                PendingFile.this.write(ByteBuffer.wrap(bytes, offset, length), at);
                at += length;
            }
        };
    }

    /** The file is complete: to the disk with it, then under its name. {@link #abandon} still takes that back. */
    void publish() throws IOException {
        try {
            channel.force(true);
            channel.close();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw failed("cannot write " + target, e);
        }
        try {
            rename();
        } catch (FileAlreadyExistsException e) {
            throw exists(target, e);
        } catch (IOException e) {
            throw failed("cannot rename the complete file to " + target, e);
        }
        published = true;
        forceDirectory();
    }

    private void rename() throws IOException {
        if (replace) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                link(replaced, target);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } else if (link(target, temporary)) {
            // Unlike a rename, a link never takes the place of a file that came up meanwhile.
            Files.delete(temporary);
        } else {
            Files.move(temporary, target);
        }
    }

    /** False if the file system has no links. */
    private static boolean link(Path name, Path existing) throws IOException {
        try {
            Files.createLink(name, existing);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.debug("no link {}: {}", name, e.toString());
            return false;
        }
    }

    private void forceDirectory() {
        try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException e) {
            LOG.debug("directory {} cannot be synced here: {}", target.getParent(), e.toString());
        }
    }

    /** It stays, whatever happens now. */
    void keep() {
        closed = true;
        delete(replaced);
    }

    /** Nothing of it stays, and what it replaced is there again. After {@link #keep}, or a second time, does nothing. */
    void abandon() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{} did not close: {}", temporary, e.toString());
        }
        delete(temporary);
        if (published && Files.exists(replaced)) {
            try {
                Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.warn("what {} replaced is now {}: {}", target, replaced, e.toString());
            }
        } else if (published) {
            delete(target);
        } else {
            delete(replaced);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} is left behind and cannot be deleted: {}", file, e.toString());
        }
    }

    private SnapshotException failed(String what, IOException e) {
        Path directory = target.getParent();
        String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
        if (e instanceof AccessDeniedException) {
            return new SnapshotException(what + ": no permission to write in directory " + directory
                    + "; choose another one, or ask for the permission", e);
        }
        if (isFull(reason)) {
            return new SnapshotException("no space left on " + directory + " for " + target.getFileName()
                    + "; free some, or choose another file system", e);
        }
        return new SnapshotException(what + ": " + (reason == null ? e.toString() : reason)
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
