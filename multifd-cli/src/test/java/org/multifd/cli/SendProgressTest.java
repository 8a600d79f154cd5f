package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.multifd.cli.report.SendProgress;
import org.multifd.core.MigrationStats;

class SendProgressTest {

    private static final int PAGE = 4096;

    private static MigrationStats after(int seconds, long normalPages, long zeroPages) {
        return new MigrationStats(MigrationStats.State.ACTIVE, "none", 1000L * PAGE, PAGE, 1, 0, 0,
                List.of(new MigrationStats.Channel(normalPages * PAGE, 1, normalPages, zeroPages, normalPages * PAGE,
                0)), 0, TimeUnit.SECONDS.toNanos(seconds), 0, 0, 0);
    }

    @Test
    void shouldNotTakeZeroPagesForProgress() {
        SendProgress progress = SendProgress.of(after(3, 25, 900), 100L * PAGE);
        assertEquals(25, progress.percent());
        assertEquals(9, progress.secondsLeft());
        assertTrue(Double.isNaN(SendProgress.of(after(3, 0, 900), 100L * PAGE).secondsLeft()), "nothing tells yet");
    }

    @Test
    void shouldCountWhatThereIsWhenAllPagesAreZero() {
        assertEquals(90, SendProgress.of(after(3, 0, 900), 0).percent());
    }
}
