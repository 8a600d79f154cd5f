package org.multifd.core.internal.outgoing;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.outgoing.SourceState.Event;

/** The source's table, as the code has it, for a comparison with the reference; without the state of files. */
public final class SourceTable {

    private SourceTable() {
    }

    public static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (SourceState state : SourceState.values()) {
            if (state != SourceState.COMPLETING) {
                List<String> row = new ArrayList<>(List.of(state.name()));
                for (Event event : Event.values()) {
                    row.add(state.after(event).name());
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
