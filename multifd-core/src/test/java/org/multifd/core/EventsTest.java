package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {

    @Test
    void shouldRecordPacketsSyncsRoundsAndMigrations(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("migration.jfr");
        try (Pair pair = new Pair(); Recording recording = new Recording()) {
            for (String name : List.of("Packet", "SyncWait", "Round", "Migration")) {
                recording.enable("org.multifd." + name).withoutThreshold();
            }
            recording.start();
            pair.run();
            recording.stop();
            recording.dump(file);
            assertNull(pair.sourceError);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);

            List<RecordedEvent> sent = named(events, "Packet").stream().filter(e -> e.getBoolean("sent")).toList();
            assertEquals(pair.sent.channels().stream().mapToLong(MigrationStats.Channel::packets).sum(), sent.size());
            assertEquals(pair.sent.normalPages(), sent.stream().mapToLong(e -> e.getInt("normalPages")).sum());
            assertEquals(pair.sent.zeroPages(), sent.stream().mapToLong(e -> e.getInt("zeroPages")).sum());
            assertEquals(pair.sent.normalPages() * 4096, sent.stream().mapToLong(e -> e.getInt("payload")).sum());
            assertEquals(2 * sent.size(), named(events, "Packet").size(), "as many arrived");

            assertEquals(pair.sent.rounds(), named(events, "Round").size());
            assertEquals(512, named(events, "Round").get(0).getLong("pages"));
            assertEquals(1, named(events, "Round").stream().filter(e -> e.getBoolean("last")).count());
            assertEquals(2L * (pair.sent.rounds() + 1), named(events, "SyncWait").size(),
                    "each round's and RAM's start, both sides");

            List<RecordedEvent> migrations = named(events, "Migration");
            assertEquals(2, migrations.size());
            assertTrue(migrations.stream()
                    .allMatch(e -> e.getBoolean("succeeded") && e.getString("method").equals("plain")));
            assertTrue(migrations.stream().allMatch(e -> e.getLong("wireBytes") == pair.sent.wireBytes()),
                    migrations.toString());
        }
    }

    /** A file has no packets. */
    @Test
    void shouldRecordRoundsAndMigrationsOfAFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("migration.jfr");
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]); Recording recording =
                new Recording()) {
            for (String name : List.of("Packet", "SyncWait", "Round", "Migration")) {
                recording.enable("org.multifd." + name).withoutThreshold();
            }
            recording.start();
            String uri = "file:" + directory.resolve("guest.snap");
            MigrationStats saved = LiveFileTest.save(guest, guest.log, LiveFileTest.channels(3), uri);
            LiveFileTest.load(uri, LiveFileTest.channels(2), RamSupplier.allocating(1 << 30));
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertEquals(saved.rounds(), named(events, "Round").size());
            assertEquals(List.of(3, 2), named(events, "Migration").stream().map(e -> e.getInt("channels")).toList());
            assertTrue(named(events, "Migration").stream().allMatch(e -> e.getBoolean("succeeded")));
            assertEquals(saved.wireBytes(), named(events, "Migration").get(0).getLong("wireBytes"));
            assertEquals(List.of(), named(events, "Packet"));
            assertEquals(List.of(), named(events, "SyncWait"));
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream().filter(e -> e.getEventType().getName().equals("org.multifd." + name)).toList();
    }
}
