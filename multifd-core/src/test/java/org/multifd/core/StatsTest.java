package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures are values: who has made them cannot change them any more. */
class StatsTest {

    @Test
    void shouldKeepACopyOfTheChannelsOfAMigration() {
        List<MigrationStats.Channel> channels = new ArrayList<>();
        MigrationStats stats = new MigrationStats(MigrationStats.State.ACTIVE, "none", 0, 0, 0, 0, 0, channels,
                0, 0, 0, 0, 0);
        channels.add(new MigrationStats.Channel(1, 1, 1, 1, 1, 1));
        assertEquals(List.of(), stats.channels());
    }

    @Test
    void shouldKeepACopyOfTheChannelsOfARelay() {
        List<RelayStats.Channel> channels = new ArrayList<>();
        RelayStats stats = new RelayStats(MigrationStats.State.ACTIVE, "", "", 0, 0, 0, 0, 0, 0, channels, false, 0);
        channels.add(new RelayStats.Channel(0, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        assertEquals(List.of(), stats.channels());
    }
}
