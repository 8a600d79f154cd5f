package org.multifd.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Text broken into lines at its blanks. */
public final class Paragraph {

    private Paragraph() {
    }

    /** Lines with an indent, no wider than the columns unless a single word is. */
    public static List<String> of(String text, int indent, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(" ".repeat(indent));
        for (String word : text.split(" ")) {
            boolean begun = line.length() > indent;
            if (begun && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(indent);
                begun = false;
            }
            line.append(begun ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
