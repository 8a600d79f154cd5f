package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of another program's, in which the snapshot begins at an offset: written in place, since the file's identity
 * is that program's matter. What is before the offset is neither read nor written. The snapshot's beginning comes last,
 * when all else is on the disk: a file that was left incomplete, by a crash even, is never taken for a snapshot.
 */
final class SharedFile extends WrittenFile {

    private static final Logger LOG = LoggerFactory.getLogger(SharedFile.class);

    private final long offset;
    private final boolean created;
    private boolean begun;

    private SharedFile(Path target, long offset, boolean created, IfExists existing) throws GuestFileException {
        super(target, target, offset, "this file", existing, StandardOpenOption.WRITE,
                created ? StandardOpenOption.CREATE_NEW : StandardOpenOption.WRITE);
        this.offset = offset;
        this.created = created;
    }

    /** Opens the file, or makes it if there is none; changes nothing in it. */
    static SharedFile open(Path file, long offset, IfExists existing) throws GuestFileException {
        Path target = target(file);
        boolean there = Files.exists(target);
        if (there && !Files.isRegularFile(target)) {
            throw new GuestFileException("cannot write " + target + ": it is no regular file; choose another one");
        }
        SharedFile opened = new SharedFile(target, offset, !there, existing);
        if (GuestFile.othersRead(target)) {
            LOG.warn("{} can be read by all users of this host, and will have all of the guest's secrets in it; "
                    + "chmod o-r takes that away, the file's permissions are not changed here", target);
        }
        try {
            opened.checkRoom();
        } catch (IOException e) {
            opened.abandon();
            throw e instanceof GuestFileException known ? known : opened.failed("cannot write " + target, e);
        }
        return opened;
    }

    /** What is behind the offset may be another snapshot. */
    private void checkRoom() throws IOException {
        long behind = channel().size() - offset;
        if (behind > 0 && existing() != IfExists.REPLACE) {
            throw new GuestFileException("file " + target() + " has " + behind + " bytes from offset " + offset
                    + " on; choose another offset, or " + existing()
                    .remedy("to discard them", "cut the file there first"));
        }
    }

    @Override
    void begin() throws IOException {
        checkRoom();
        begun = true;
        try {
            channel().truncate(offset);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    @Override
    void seal() throws IOException {
        sync();
    }

    @Override
    void publish() throws IOException {
        finish();
        if (created) {
            syncDirectory();
        }
    }

    /** A file that was made here is deleted. */
    @Override
    void takeBack() {
        if (created) {
            delete(target());
        } else if (begun) {
            cut();
        }
    }

    /** The channel may have been closed by an interrupt, and another one is as long as the interrupt lasts. */
    private void cut() {
        boolean interrupted = Thread.interrupted();
        try (FileChannel file = FileChannel.open(target(), StandardOpenOption.WRITE)) {
            file.truncate(offset);
        } catch (IOException e) {
            LOG.warn("{} has a part of a snapshot from offset {} on, which cannot be cut off: {}", target(), offset,
                    Text.reason(e));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
