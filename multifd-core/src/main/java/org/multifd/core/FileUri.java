package org.multifd.core;

import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.wire.Text;

/**
 * A snapshot in a file, in QEMU's notation: {@code file:PATH} or {@code file:PATH,offset=N}. What is before the offset
 * is not the snapshot's: a management program has its own header there.
 *
 * @param path the file
 * @param offset where in it the snapshot begins, 0..2^62
 */
public record FileUri(Path path, long offset) {

    private static final String SCHEME = "file:";
    private static final String OFFSET = ",offset=";
    private static final String FORM = SCHEME + "PATH or " + SCHEME + "PATH" + OFFSET + "N";

    /** Far beyond any file, and places behind it can still be computed. */
    private static final long LIMIT = 1L << 62;

    private static final Pattern NUMBER = Pattern.compile("0X(\\p{XDigit}{1,16})|(\\d{1,19})([BKMGTPE]?)");

    /**
     * Checks the range.
     *
     * @param path the file
     * @param offset bytes
     * @throws IllegalArgumentException if the offset is not as described
     */
    public FileUri {
        Objects.requireNonNull(path, "path");
        if (offset < 0 || offset > LIMIT) {
            throw new IllegalArgumentException("offset: received " + offset + ", expected 0.." + LIMIT);
        }
    }

    /**
     * A file that is the snapshot's own.
     *
     * @param path the file
     * @return offset 0
     */
    public static FileUri of(Path path) {
        return new FileUri(path, 0);
    }

    /**
     * Reads QEMU's notation. The offset is a decimal number, perhaps with one of the suffixes B, K, M, G, T, P and E,
     * which are powers of 1024, or {@code 0x} and hexadecimal digits. As in QEMU the path ends at the first {@code
     * ,offset=}.
     *
     * @param text what was given
     * @return path and offset
     * @throws MigrationException of kind {@code USAGE} if it is something else
     */
    public static FileUri parse(String text) throws MigrationException {
        if (!isFile(text) || text.startsWith(OFFSET, SCHEME.length()) || text.length() == SCHEME.length()) {
            throw refused("file: received " + Text.quote(text) + ", expected " + FORM, null);
        }
        int option = text.indexOf(OFFSET);
        String path = text.substring(SCHEME.length(), option < 0 ? text.length() : option);
        try {
            return new FileUri(Path.of(path), option < 0 ? 0 : offset(text.substring(option + OFFSET.length())));
        } catch (InvalidPathException e) {
            throw refused("file: received " + Text.quote(text) + ", expected a path: " + e.getReason(), e);
        }
    }

    private static long offset(String text) throws MigrationException {
        Matcher number = NUMBER.matcher(text.toUpperCase(Locale.ROOT));
        if (number.matches()) {
            BigInteger value = number.group(1) != null ? new BigInteger(number.group(1), 16)
                    : new BigInteger(number.group(2)).shiftLeft(10 * Math.max(0, "BKMGTPE".indexOf(number.group(3))));
            if (value.compareTo(BigInteger.valueOf(LIMIT)) <= 0) {
                return value.longValueExact();
            }
        }
        throw refused("offset: received " + Text.quote(text) + ", expected a number of bytes up to " + LIMIT
                + ", perhaps with B, K, M, G, T, P or E after it, or 0x and hexadecimal digits", null);
    }

    private static MigrationException refused(String message, Throwable cause) {
        return new MigrationException(Kind.USAGE, message, cause);
    }

    /**
     * Tells a file from an address of sockets.
     *
     * @param text what was given
     * @return whether it names a file
     */
    public static boolean isFile(String text) {
        return text.startsWith(SCHEME);
    }

    /** {@return QEMU's notation, as {@link #parse} reads it} */
    @Override
    public String toString() {
        return SCHEME + path + (offset == 0 ? "" : OFFSET + offset);
    }
}
