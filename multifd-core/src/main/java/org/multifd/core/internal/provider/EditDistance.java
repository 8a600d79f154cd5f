package org.multifd.core.internal.provider;

import java.util.Collection;

/** Insertions, deletions and replacements between two words. */
final class EditDistance {

    /** Longer words are compared by their beginnings: what a user mistyped is short. */
    private static final int MAX_LENGTH = 100;

    private EditDistance() {
    }

    /** The word with the fewest steps from the given one, at most {@code limit}; null if there is none. */
    static String nearest(String word, Collection<String> words, int limit) {
        String nearest = null;
        int least = limit + 1;
        for (String each : words) {
            int distance = between(word, each);
            if (distance < least) {
                least = distance;
                nearest = each;
            }
        }
        return nearest;
    }

    static int between(String left, String right) {
        int rows = Math.min(left.length(), MAX_LENGTH);
        int columns = Math.min(right.length(), MAX_LENGTH);
        int[] above = new int[columns + 1];
        for (int j = 0; j <= columns; j++) {
            above[j] = j;
        }
        for (int i = 1; i <= rows; i++) {
            int[] row = new int[columns + 1];
            row[0] = i;
            for (int j = 1; j <= columns; j++) {
                int replaced = above[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[columns];
    }
}
