package org.multifd.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A snapshot on the command line, in QEMU's notation: file:PATH. */
final class FileUri {

    private static final String SCHEME = "file:";
    private static final String OFFSET = ",offset=";

    private FileUri() {
    }

    /** @throws IllegalArgumentException with one line, if it is none */
    static Path parse(String text) {
        if (!text.startsWith(SCHEME) || text.length() == SCHEME.length()) {
            throw new IllegalArgumentException("file: received " + text + ", expected file:PATH");
        }
        if (text.contains(OFFSET)) {
            throw new IllegalArgumentException("file: received " + text + ", expected no offset: a snapshot has a file of its own");
        }
        try {
            return Path.of(text.substring(SCHEME.length()));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("file: received " + text + ", expected a path: " + e.getReason(), e);
        }
    }
}
