package org.multifd.cli.console;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Where a command writes: results to standard output, everything for people to standard error, and there one status
 * line that is overwritten if it is a terminal. Safe for use by several threads: lines do not mix.
 */
public final class Console {

    public static final int DEFAULT_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 20;
    private static final long OVERWRITTEN_MILLIS = 200;
    private static final long PLAIN_MILLIS = 5_000;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean overwrites;
    private final int columns;
    private Purpose purpose = Purpose.REPORT;
    private boolean lost;
    private int shown;

    /**
     * What a command is for decides what becomes of it when its results cannot be written:
     *
     * <pre>
     *            the reader has gone, as with | head   no space, or another error
     * REPORT     ends without a word                   fails
     * CHECK      ends without a word                   goes on, with one note
     * MIGRATION  goes on without a word                goes on, with one note
     * </pre>
     */
    public enum Purpose {
        /** The results are all that the command makes. */
        REPORT,
        /** The exit code is a result, too. */
        CHECK,
        /** The command moves a guest; the exit code tells whether it arrived. */
        MIGRATION
    }

    /** Thrown when the reader of standard output has gone; the command ends without a word. */
    public static final class ReaderEnded extends UncheckedIOException {

        private static final long serialVersionUID = 1L;

        ReaderEnded() {
            super(new IOException("standard output's reader has ended"));
        }
    }

    /**
     * A console.
     *
     * @param overwrites whether {@code err} is a terminal where a line can be overwritten
     * @param columns the terminal's width
     */
    public Console(PrintStream out, PrintStream err, boolean overwrites, int columns) {
        this.out = out;
        this.err = err;
        this.overwrites = overwrites;
        this.columns = Math.max(columns, LEAST_COLUMNS);
    }

    /** Standard output and error; the launcher has found out what they are. */
    public static Console system() {
        boolean logs = Logging.verbosity() > 0;
        return new Console(StandardOutput.ofThisProcess(), System.err, Boolean.getBoolean("multifd.tty") && !logs,
                Integer.getInteger("multifd.columns", DEFAULT_COLUMNS));
    }

    public int columns() {
        return columns;
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    /** Says what the command is for; a report unless it says so. */
    public synchronized void serves(Purpose given) {
        purpose = given;
    }

    /**
     * Writes a line of the result.
     *
     * @throws UncheckedIOException if it cannot be written and the {@link Purpose} says that this ends the command
     */
    public synchronized void result(String line) {
        clear();
        if (!lost) {
            out.println(line);
            checkResults();
        }
    }

    /**
     * Makes sure that what was printed has been written.
     *
     * @throws ReaderEnded if the reader has gone and that ends the command
     * @throws UncheckedIOException if it has not been written and that ends the command
     */
    public synchronized void checkResults() {
        if (lost || !out.checkError()) {
            return;
        }
        boolean readerEnded = out instanceof StandardOutput standard && standard.readerEnded();
        if (readerEnded && purpose != Purpose.MIGRATION) {
            throw new ReaderEnded();
        }
        if (purpose == Purpose.REPORT) {
            throw new UncheckedIOException(new IOException("standard output could not be written"));
        }
        lost = true;
        if (!readerEnded) {
            note("multifd: standard output could not be written; the work goes on without its report, is there space?");
        }
    }

    /** A line for people. */
    public synchronized void note(String line) {
        clear();
        err.println(line);
    }

    /**
     * Where lines can be overwritten: shows what is going on in place of what it showed before, never wider than the
     * terminal.
     */
    public synchronized void status(String line) {
        if (!overwrites) {
            return;
        }
        // the last column stays free: some terminals go to the next line when it is written
        String fitting = line.length() < columns ? line : line.substring(0, columns - 1);
        err.print('\r' + fitting + " ".repeat(Math.max(0, shown - fitting.length())));
        err.flush();
        shown = fitting.length();
    }

    /** How often {@link #progress} is wanted, in milliseconds. */
    public long progressMillis() {
        return overwrites ? OVERWRITTEN_MILLIS : PLAIN_MILLIS;
    }

    /** Shows how far it is: a status where lines can be overwritten, else a line for people. */
    public void progress(String line) {
        if (overwrites) {
            status(line);
        } else {
            note(line);
        }
    }

    /** Tells that connections are accepted now: scripts wait for this line. */
    public void listening(String address, boolean json) {
        if (json) {
            Map<String, Object> line = Json.timed("listening");
            line.put("address", address);
            result(Json.line(line));
        } else {
            result("listening on " + address);
        }
    }

    private void clear() {
        if (shown > 0) {
            // the terminal itself may have written ^C behind it
            err.print('\r' + " ".repeat(Math.min(shown + 2, columns - 1)) + '\r');
            err.flush();
            shown = 0;
        }
    }
}
