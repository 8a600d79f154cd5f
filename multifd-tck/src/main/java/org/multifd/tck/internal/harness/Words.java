package org.multifd.tck.internal.harness;

import java.util.Arrays;
import java.util.stream.Collectors;

/** One-line words for a report. */
public final class Words {

    private Words() {
    }

    /** What was thrown, in one line. */
    public static String of(Throwable thrown) {
        StringBuilder words = new StringBuilder(thrown.getClass().getName());
        if (thrown.getMessage() != null) {
            words.append(": ").append(oneLine(thrown.getMessage()));
        }
        Throwable cause = thrown.getCause();
        if (cause != null && cause != thrown) {
            words.append(" (").append(cause.getClass().getName());
            if (cause.getMessage() != null) {
                words.append(": ").append(oneLine(cause.getMessage()));
            }
            words.append(')');
        }
        return words.toString();
    }

    /** Where a thread is: in the provider's code, as far down as that is. */
    public static String at(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().matches("(java|jdk|sun)\\..*")) {
                return ", at " + place(frame);
            }
        }
        return stack.length == 0 ? "" : ", at " + place(stack[0]);
    }

    private static String place(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /** What is not empty, in one line. */
    public static String joined(String... parts) {
        return Arrays.stream(parts).filter(each -> !each.isEmpty()).collect(Collectors.joining("; "));
    }

    /** A size for people, never smaller than it is: what exceeds a bound does not read like the bound. */
    public static String size(long bytes) {
        if (bytes < 1024) {
            return bytes == 1 ? "1 byte" : bytes + " bytes";
        }
        if (bytes < 1024 * 1024) {
            return (bytes + 1023) / 1024 + " KiB";
        }
        long tenths = (bytes * 10 + (1 << 20) - 1) >> 20;
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " MiB";
    }

    public static String oneLine(String text) {
        return text.strip().replaceAll("\\R", " / ");
    }

    public static boolean isOneLine(String text) {
        return text != null && !text.isBlank() && text.lines().count() == 1;
    }
}
