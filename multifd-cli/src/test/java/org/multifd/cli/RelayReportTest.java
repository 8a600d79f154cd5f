package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.cli.console.Console;
import org.multifd.cli.report.RelayReport;
import org.multifd.core.MigrationStats.State;
import org.multifd.core.RelayStats;

class RelayReportTest {

    /** The main channel of a machine that is not known here is only copied: nothing tells the guest's size. */
    @Test
    void shouldNotTellASizeThatIsNotKnown() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(out, true), new PrintStream(err, true), false,
                Console.DEFAULT_COLUMNS);
        RelayStats.Channel channel = new RelayStats.Channel(0, 2_000_000, 1_000_000, 7, 400, 5, 1_638_400, 819_200, 0,
                0);
        RelayStats stats = new RelayStats(State.COMPLETED, "none", "lz4", 0, 4096, 0, 300_000, 0, 0, List.of(channel),
                false, 1_500_000_000);

        RelayReport report = new RelayReport(console, false);
        report.progress(new RelayStats(State.ACTIVE, "none", "lz4", 0, 4096, 0, 300_000, 0, 0, List.of(channel), false,
                1_500_000_000));
        report.summary(stats);

        assertEquals("relayed a guest of unknown size (main channel copied, not understood: -v says why) in 1.5 s: "
                + "in by none 2.3 MB, ratio 1.00, out by lz4 1.3 MB, ratio 2.00, 1 channels; nobody says that it was "
                + "loaded, without return path\n", out.toString(StandardCharsets.US_ASCII));
        assertEquals("none to lz4: 1.5 s, in 2.3 MB at 1.5 MB/s, out 1.3 MB at 0.9 MB/s\n"
                + "channel 0: in 2.0 MB, out 1.0 MB, 7 packets, 400 normal and 5 zero pages\n",
                err.toString(StandardCharsets.US_ASCII));
    }
}
