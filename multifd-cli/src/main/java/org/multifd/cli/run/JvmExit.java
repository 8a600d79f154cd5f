package org.multifd.cli.run;

import java.util.List;

/** Who ends the JVM, as a shutdown hook can see it: whoever called exit waits until the hooks are done. */
public final class JvmExit {

    private static final String COPIES = "multifd copies of jars";
    private static final long MOST_MILLIS = 5_000;

    private JvmExit() {
    }

    /**
     * Returns the frames of the thread that called {@code System.exit} or {@code Runtime.exit}, without the JDK's own,
     * the caller first. Empty if a signal ends the JVM. {@code Runtime.halt} runs no hooks.
     */
    public static List<StackTraceElement> callers() {
        for (StackTraceElement[] each : Thread.getAllStackTraces().values()) {
            List<StackTraceElement> frames = List.of(each);
            int exit = 0;
            while (exit < frames.size() && !isExit(frames.get(exit))) {
                exit++;
            }
            List<StackTraceElement> callers = frames.subList(Math.min(exit + 1, frames.size()), frames.size()).stream()
                    .dropWhile(frame -> frame.getClassName().startsWith("java.lang.")).toList();
            if (!callers.isEmpty()) {
                return callers;
            }
        }
        return List.of();
    }

    /** Waits until core's own hook, which deletes copies of jars, is done; what it leaves, a later process deletes. */
    public static void awaitOtherHooks() {
        try {
            for (Thread each : Thread.getAllStackTraces().keySet()) {
                if (each.getName().equals(COPIES)) {
                    each.join(MOST_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isExit(StackTraceElement frame) {
        return frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit");
    }

    /** Returns the frame as class, method, file and line, without its module. */
    public static String place(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }
}
