package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that gets its name only when it is complete and on the disk; until then, and if it never is, nothing is
 * changed under that name.
 */
final class PendingFile extends WrittenFile {

    private static final Logger LOG = LoggerFactory.getLogger(PendingFile.class);

    /** With what is added less than the 255 bytes that a name may have. */
    private static final int NAME_BYTES = 200;

    private final Path temporary;
    private final Path replaced;
    private boolean published;

    private PendingFile(Path target, String unique, IfExists existing) throws GuestFileException {
        super(target, target.resolveSibling(unique + ".part"), 0, "in directory " + target.getParent(), existing,
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
        this.temporary = target.resolveSibling(unique + ".part");
        this.replaced = target.resolveSibling(unique + ".replaced");
    }

    /** Makes it under another name beside the file's own. */
    static PendingFile create(Path file, IfExists existing) throws GuestFileException {
        Path target = target(file);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            if (existing != IfExists.REPLACE) {
                throw exists(target, existing, null);
            }
            if (!Files.isRegularFile(target)) {
                throw new GuestFileException("cannot replace " + target
                        + ": it is no regular file; choose another name");
            }
        }
        String unique = "." + beginning(target.getFileName().toString()) + "." +
                UUID.randomUUID().toString().substring(0, 8);
        return new PendingFile(target, unique, existing);
    }

    /** The file's own name may be as long as the file system's longest: this one gets more behind it. */
    private static String beginning(String name) {
        String cut = name;
        while (cut.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
            cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
        }
        return cut;
    }

    private static GuestFileException exists(Path target, IfExists existing, Throwable cause) {
        return new GuestFileException("file " + target + " exists; choose another name, or "
                + existing.remedy("to replace it", "delete it first"), cause);
    }

    /** To the disk, then under its name. */
    @Override
    void publish() throws IOException {
        finish();
        try {
            rename();
        } catch (FileAlreadyExistsException e) {
            throw exists(target(), existing(), e);
        } catch (IOException e) {
            throw failed("cannot rename the complete file to " + target(), e);
        }
        published = true;
        syncDirectory();
    }

    private void rename() throws IOException {
        if (existing() == IfExists.REPLACE) {
            if (Files.exists(target(), LinkOption.NOFOLLOW_LINKS)) {
                link(replaced, target());
            }
            Files.move(temporary, target(), StandardCopyOption.ATOMIC_MOVE);
        } else if (link(target(), temporary)) {
            // Unlike a rename, a link never takes the place of a file that came up meanwhile.
            published = true;
            delete(temporary); // what stays of it is a second name of a file that is complete
        } else {
            Files.move(temporary, target());
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
            LOG.debug("no link {}: {}", name, Text.reason(e));
            return false;
        }
    }

    @Override
    void keep() {
        super.keep();
        delete(replaced);
    }

    /** What it replaced is there again. */
    @Override
    void takeBack() {
        delete(temporary);
        if (published && Files.exists(replaced)) {
            try {
                Files.move(replaced, target(), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.warn("what {} replaced is now {}: {}", target(), replaced, Text.reason(e));
            }
        } else if (published) {
            delete(target());
        } else {
            delete(replaced);
        }
    }
}
