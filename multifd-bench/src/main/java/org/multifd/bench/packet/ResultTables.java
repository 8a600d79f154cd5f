package org.multifd.bench.packet;

import java.util.List;
import org.multifd.bench.figure.Table;
import org.multifd.bench.figure.Table.Column;

/** The results of the packet path and of the zero page scan, each as a table. */
final class ResultTables {

    private static final List<Column<Result>> PATHS = List.of(
            new Column<>("method", r -> r.of().methodLevel()),
            new Column<>("direction", r -> r.of().param("direction")),
            new Column<>("pages", r -> r.of().param("pages")),
            new Column<>("÷ bare codec", r -> Table.spread("%.2f", r.figure("ratio_to_bare"))),
            new Column<>("MB/s", r -> Table.spread("%.0f", r.figure("path_mb_s"))),
            new Column<>("bare MB/s", r -> Table.spread("%.0f", r.figure("bare_mb_s"))),
            new Column<>("compression", r -> Table.number("%.2f", r.figure("compression").median())),
            new Column<>("heap bytes/packet",
                    r -> Table.number("%.1f", r.figure("allocated_bytes_per_packet").median())),
            new Column<>("pages arrived", r -> "identical"));

    private static final List<Column<Result>> SCANS = List.of(
            new Column<>("zero page scan of", r -> r.of().param("content")),
            new Column<>("÷ plain loop", r -> Table.spread("%.2f", r.figure("ratio_to_loop"))),
            new Column<>("÷ limit", r -> Table.spread("%.2f", r.figure("ratio_to_limit"))),
            new Column<>("÷ copy", r -> Table.spread("%.2f", r.figure("ratio_to_copy"))),
            new Column<>("GB/s", r -> Table.spread("%.1f", r.figure("scan_gb_s"))));

    private ResultTables() {
    }

    static List<String> paths(List<Result> results) {
        return Table.lines(PATHS, results.stream().filter(each -> !each.of().isScan()).toList());
    }

    static List<String> scans(List<Result> results) {
        return Table.lines(SCANS, results.stream().filter(each -> each.of().isScan()).toList());
    }
}
