package org.multifd.core.internal.relay;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.relay.RelayState.Event;

/** The relay's table, as the code has it, for a comparison with the reference. */
public final class RelayTable {

    private RelayTable() {
    }

    public static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (RelayState state : RelayState.values()) {
            List<String> row = new ArrayList<>(List.of(state.name()));
            for (Event event : Event.values()) {
                row.add(state.of(event, true).name());
                if (event == Event.SOURCE_ENDS || event == Event.DESTINATION_ENDS || event == Event.CANCEL) {
                    row.add(state.of(event, false).name());
                }
            }
            rows.add(row);
        }
        return rows;
    }
}
