package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.incoming.DestinationTable;
import org.multifd.core.internal.outgoing.SourceTable;
import org.multifd.core.internal.outgoing.postcopy.PostcopyTable;
import org.multifd.core.internal.relay.RelayTable;

/** The state tables of the reference are those of the code. */
class EndingTablesTest {

    private static String section(String file, String heading) throws Exception {
        String page = Repository.read("docs/reference/" + file);
        int start = page.indexOf("\n## " + heading + "\n");
        int end = page.indexOf("\n## ", start + 1);
        return page.substring(start, end < 0 ? page.length() : end);
    }

    /** The rows of the second table of a section: each state's name and what each event leads to. */
    private static List<List<String>> stated(String heading) throws Exception {
        return stated("endings.md", heading);
    }

    private static List<List<String>> stated(String file, String heading) throws Exception {
        String text = section(file, heading);
        return Repository.table(text.substring(text.indexOf("| state |", text.indexOf("| state | entered when |") + 1)),
                "state");
    }

    private static List<List<String>> withoutDashes(List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        for (List<String> row : rows) {
            all.add(row.stream().map(cell -> cell.equals("-") ? row.get(0) : cell).toList());
        }
        return all;
    }

    @Test
    void shouldStateTheSourcesTable() throws Exception {
        assertEquals(SourceTable.rows(), withoutDashes(stated("Source over connections")));
    }

    @Test
    void shouldStateThePostcopySourcesTable() throws Exception {
        assertEquals(PostcopyTable.rows(), withoutDashes(stated("postcopy.md", "States")));
    }

    @Test
    void shouldStateTheDestinationsTable() throws Exception {
        assertEquals(DestinationTable.rows(), withoutDashes(stated("Destination over connections")));
    }

    @Test
    void shouldStateTheRelaysTable() throws Exception {
        assertEquals(RelayTable.rows(), stated("Relay"));
    }
}
