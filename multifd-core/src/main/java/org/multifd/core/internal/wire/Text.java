package org.multifd.core.internal.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Text that others wrote (a peer, a provider, a user), made fit for a message: bounded, and nothing in it can forge a
 * line or drive a terminal. Names are quoted and escaped, so that their bytes can be told; sentences become one line.
 */
public final class Text {

    /** The most characters of {@link #oneLine}, without the dots. */
    public static final int LINE_LIMIT = 300;

    private static final int QUOTE_LIMIT = 80;

    private static final String NO_REASON = "the system gave no reason";

    private static final Pattern JDK_CLASS =
            Pattern.compile("(?<![\\w./-])(?:java|javax|jdk|sun|com\\.sun)(?:\\.[a-z]\\w*)+\\.([A-Z]\\w*)");

    private Text() {
    }

    /** The bytes as quoted text, cut after 80; whatever is not printable ASCII as {@code \xNN}. */
    public static String quote(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bytes.length && i < QUOTE_LIMIT; i++) {
            int c = bytes[i] & 0xFF;
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                text.append((char) c);
            } else {
                text.append(String.format("\\x%02x", c));
            }
        }
        return text.append(bytes.length > QUOTE_LIMIT ? "\"..." : "\"").toString();
    }

    /**
     * Four bytes, highest first, behind the number that they should have been: quoted in brackets if they are text,
     * else nothing.
     */
    public static String ifReadable(int bytes) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int c = bytes >>> shift & 0xFF;
            if (c < 0x20 || c >= 0x7F) {
                return "";
            }
        }
        return " (" + quote(ByteBuffer.allocate(Integer.BYTES).putInt(bytes).array()) + ")";
    }

    /** As {@link #quote(byte[])}. */
    public static String quote(String text) {
        return quote(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text as one line, cut after 300 characters; what is blank or unsafe becomes one space. */
    public static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        boolean gap = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isBlankOrUnsafe(c)) {
                gap = true;
                continue;
            }
            if (line.length() >= LINE_LIMIT) {
                return line.append("...").toString();
            }
            if (gap && line.length() > 0) {
                line.append(' ');
            }
            gap = false;
            line.appendCodePoint(c);
        }
        return line.toString();
    }

    /** The text with what is unsafe replaced by blanks, as long as it is. */
    public static String printable(String text) {
        int[] characters = text.codePoints().map(c -> c != ' ' && isBlankOrUnsafe(c) ? ' ' : c).toArray();
        return new String(characters, 0, characters.length);
    }

    /** Control and format characters include line breaks, escape, and the marks that turn the writing direction. */
    private static boolean isBlankOrUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> true;
            default -> false;
        };
    }

    /** Whether the bytes are UTF-8, so that the text they are is the same bytes again. */
    public static boolean isUtf8(byte[] bytes) {
        return Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
    }

    /** The NUL-terminated text in a field, without its NUL. */
    static byte[] field(ByteBuffer buffer, int start, int size) {
        int length = 0;
        while (length < size && buffer.get(start + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        buffer.get(start, bytes);
        return bytes;
    }

    /**
     * What an error says of itself, without class names of the JDK. A connection's or a file's error without a message
     * is put into words; of any other one its kind and its place are told.
     */
    public static String reason(Throwable error) {
        if (error instanceof FileSystemException file && file.getReason() == null) {
            return error instanceof AccessDeniedException ? "permission denied"
                    : error instanceof NoSuchFileException ? "there is no such file" : NO_REASON;
        }
        if (!isMute(error)) {
            return withoutClasses(message(error));
        }
        if (error instanceof ClosedChannelException) {
            return "connection closed on this side";
        }
        if (error instanceof EOFException) {
            return "the stream has ended";
        }
        return error instanceof IOException ? NO_REASON : kind(error) + place(error);
    }

    /** What a program's or a provider's code has thrown, as one line: its kind and what it says. */
    public static String thrown(Throwable error) {
        if (error instanceof ExceptionInInitializerError && error.getCause() != null) {
            return "the initialiser of a class failed: " + thrown(error.getCause());
        }
        FailedInitialiser failed = FailedInitialiser.of(error);
        if (failed != null) {
            return oneLine(failed.toString());
        }
        return oneLine(isMute(error) ? kind(error) : kind(error) + ": " + withoutClasses(message(error)));
    }

    private static boolean isMute(Throwable error) {
        String message = message(error);
        return message == null || message.isEmpty() || message.equals("null");
    }

    /** The message; null also of an exception, a provider's, that fails when it is asked. */
    public static String message(Throwable error) {
        try {
            return error.getMessage();
        } catch (RuntimeException | StackOverflowError e) {
            return null;
        }
    }

    private static String kind(Throwable error) {
        Class<?> type = error.getClass();
        while (type.getSimpleName().isEmpty()) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** The first line of this library's that it came through, or of any, for the end of a message. */
    public static String place(Throwable error) {
        StackTraceElement[] stack = error.getStackTrace();
        return Arrays.stream(stack).filter(each -> each.getClassName().startsWith("org.multifd.")).findFirst()
                .or(() -> Arrays.stream(stack).findFirst())
                .map(each -> " in " + each.getFileName() + ":" + each.getLineNumber()).orElse("");
    }

    /** An error made of another one without words has that one's class in its message. */
    private static String withoutClasses(String message) {
        return JDK_CLASS.matcher(message).replaceAll("$1");
    }
}
