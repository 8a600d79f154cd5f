package org.multifd.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an {@link Examiner} tells: a line of its standard output that a provider's own printing is not taken for. It
 * ends the line that a provider may have begun.
 *
 * @param what the kind of message
 * @param fields its parts
 */
record ExaminerLine(What what, List<String> fields) {

    /** Kinds of messages, and their fields. */
    enum What {
        /** A layer was loaded: its path. */
        LAYER,
        /** Something could not be loaded: the problem. */
        PROBLEM,
        /** A provider was found: the method's name, class, module, version, jar, API version. */
        PROVIDER,
        /** A rule is being checked: its number. */
        BEGIN,
        /**
         * What came of a rule: number, outcome, detail and, but for what is seen at the end, milliseconds and why the
         * method is unusable here or "".
         */
        RESULT,
        /** A rule takes its time: which one, how long so far, and what is being tried. */
        PROGRESS,
        /** Somebody ends the JVM: where. */
        EXIT,
        /** Nothing new, but the examiner is there. */
        ALIVE,
        /** All was told. */
        END
    }

    /** What is longer than a pipe takes in one piece can be cut in two by what a provider prints. */
    private static final int LONGEST_FIELD = 2000;

    private static final String MARK = "\u0001multifd-verify\t";

    ExaminerLine(What what, String... fields) {
        this(what, List.of(fields));
    }

    String field(int index) {
        return fields.get(index);
    }

    /** The line, between two line feeds. */
    String encode() {
        StringBuilder line = new StringBuilder("\n").append(MARK).append(what);
        for (String each : fields) {
            String text = each.replaceAll("[\\t\\r\\n\u0001]+", " ");
            line.append('\t').append(text, 0, Math.min(LONGEST_FIELD, text.length()));
        }
        return line.append('\n').toString();
    }

    /** The message in a line, or null if there is none. */
    static ExaminerLine decode(String line) {
        if (!line.startsWith(MARK)) {
            return null;
        }
        List<String> parts = new ArrayList<>(Arrays.asList(line.substring(MARK.length()).split("\t", -1)));
        return new ExaminerLine(What.valueOf(parts.remove(0)), List.copyOf(parts));
    }
}
