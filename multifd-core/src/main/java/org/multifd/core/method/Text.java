package org.multifd.core.method;

/** Text that others wrote (users, providers, a peer), made fit for a message: one line, bounded, nothing a terminal obeys. */
final class Text {

    static final int MAX_LENGTH = 300;

    private Text() {
    }

    static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        boolean gap = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (isBlankOrUnsafe(c)) {
                gap = true;
                continue;
            }
            if (line.length() >= MAX_LENGTH) {
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

    static String quote(String text) {
        return '"' + oneLine(text) + '"';
    }

    /** Control and format characters include line breaks, escape, and the marks that turn the writing direction. */
    private static boolean isBlankOrUnsafe(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SPACE_SEPARATOR -> true;
            default -> false;
        };
    }
}
