package org.multifd.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** A snapshot on the command line, in QEMU's notation: file:PATH. */
final class FileUri {

    private static final String SCHEME = "file:";
    private static final String OFFSET = ",offset=";

    private FileUri() {
    }

    /** @throws MigrationException of kind USAGE, if it is none */
    static Path parse(String text) throws MigrationException {
        if (!text.startsWith(SCHEME) || text.length() == SCHEME.length()) {
            throw new MigrationException(Kind.USAGE, "file: received " + text + ", expected file:PATH");
        }
        if (text.contains(OFFSET)) {
            throw new MigrationException(Kind.USAGE, "file: received " + text + ", expected no offset: a snapshot has a file of its own");
        }
        try {
            return Path.of(text.substring(SCHEME.length()));
        } catch (InvalidPathException e) {
            throw new MigrationException(Kind.USAGE, "file: received " + text + ", expected a path: " + e.getReason(), e);
        }
    }
}
