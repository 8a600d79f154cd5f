package org.multifd.core.internal.incoming;

import java.util.ArrayList;
import java.util.List;
import org.multifd.core.internal.incoming.DestinationState.Event;

/** The destination's table, as the code has it, for a comparison with the reference. */
public final class DestinationTable {

    private DestinationTable() {
    }

    public static List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (DestinationState state : DestinationState.values()) {
            rows.add(List.of(state.name(), state.after(Event.CANCEL, true).name(), state.after(Event.ERROR, true)
                    .name(), state.after(Event.MAIN_END, true).name(), state.after(Event.MAIN_END, false).name(),
                    state.after(Event.CHANNEL_END, true).name(), state.after(Event.CHANNEL_END, false).name(),
                    state.after(Event.SILENCE, true).name()));
        }
        return rows;
    }
}
