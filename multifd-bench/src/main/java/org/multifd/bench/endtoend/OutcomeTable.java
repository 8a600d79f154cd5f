package org.multifd.bench.endtoend;

import java.util.List;
import org.multifd.bench.figure.Table;
import org.multifd.bench.figure.Table.Column;

/** What whole migrations came to, as a table. */
final class OutcomeTable {

    private static final List<Column<Outcome>> ENDS = List.of(
            new Column<>("pair", r -> r.of().kind().title()),
            new Column<>("method", r -> r.of().kind() == Setting.Kind.PUMP ? "" : r.of().method().toString()),
            new Column<>("channels", r -> Integer.toString(r.of().channels())),
            new Column<>("MB/s", r -> r.spread("%.0f", "mb_s")),
            new Column<>("× QEMU", r -> r.spread("%.2f", "ratio_to_qemu")),
            new Column<>("÷ limit", r -> r.spread("%.2f", "ratio_to_limit")),
            new Column<>("wire MB", r -> r.median("%.0f", 1e-6, "wire_bytes")),
            new Column<>("CPU s/GB", r -> r.median("%.2f", 1, "source_cpu_s_gb", "relay_cpu_s_gb",
            "destination_cpu_s_gb")), new Column<>("CPU ÷ limit's", r -> r.median("%.2f", 1, "cpu_ratio_to_limit")),
            new Column<>("heap bytes/packet",
                    r -> r.median("%.1f", 1, "source_heap_bytes_per_packet", "destination_heap_bytes_per_packet")),
            new Column<>("resident MB", r -> r.median("%.0f", 1, "source_peak_mb", "relay_peak_mb",
            "destination_peak_mb")), new Column<>("1000 page faults", r -> r.median("%.0f", 1e-3, "source_faults",
            "destination_faults")), new Column<>("RAM", r -> r.of().kind() == Setting.Kind.PUMP ? "" : "identical"));

    private OutcomeTable() {
    }

    static List<String> lines(List<Outcome> outcomes) {
        return Table.lines(ENDS, outcomes.stream().filter(each -> each.of().kind() != Setting.Kind.CODEC).toList());
    }
}
