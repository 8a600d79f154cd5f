package org.multifd.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** A snapshot's place on the command line, in QEMU's notation. */
final class FileUri {

    private static final String SCHEME = "file:";

    private FileUri() {
    }

    static Path parse(String text) throws MigrationException {
        if (text.startsWith(SCHEME) && text.length() > SCHEME.length()) {
            try {
                return Path.of(text.substring(SCHEME.length()));
            } catch (InvalidPathException e) {
                // falls through to the one message for both
            }
        }
        throw new MigrationException(Kind.USAGE, "snapshot: received " + text + ", expected file:PATH");
    }
}
