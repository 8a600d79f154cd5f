package org.multifd.core.internal.outgoing.postcopy;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.outgoing.postcopy.PostcopyState.Event;

/** The table of a postcopy source, as the code has it, for a comparison with the reference. */
public final class PostcopyTable {

    private PostcopyTable() {
    }

    public static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (PostcopyState state : PostcopyState.values()) {
            List<String> row = new ArrayList<>(List.of(state.name()));
            for (Event event : Event.values()) {
                row.add(state.after(event).name());
            }
            rows.add(row);
        }
        return rows;
    }
}
