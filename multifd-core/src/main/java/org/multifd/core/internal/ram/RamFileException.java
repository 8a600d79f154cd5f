package org.multifd.core.internal.ram;

import java.io.IOException;

/** The file that a block of RAM is cannot be written: one line with the remedy. */
public final class RamFileException extends IOException {

    private static final long serialVersionUID = 1L;

    RamFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
