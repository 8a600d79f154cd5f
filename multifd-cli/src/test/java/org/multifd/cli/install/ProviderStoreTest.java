package org.multifd.cli.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.MigrationException;

/** What is in the user's directory at each moment of an install, of a replacement and of a removal. */
class ProviderStoreTest {

    @TempDir
    Path home;

    /** Ends the work as a kill does: nothing is cleaned up. */
    private static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    /** Counts the changes of files, and kills before one of them. */
    private static final class Steps implements Runnable {

        private int left;

        Steps(int before) {
            left = before;
        }

        @Override
        public void run() {
            if (left-- == 0) {
                throw new Killed();
            }
        }
    }

    private static void install(ProviderStore store, String version) throws MigrationException, IOException {
        Staging staged = store.stage();
        for (String each : List.of("a-" + version + ".jar", "b.jar")) {
            staged.add(each, new ByteArrayInputStream(version.getBytes(StandardCharsets.UTF_8)), "test");
        }
        staged.write(new Origin("g:a:" + version, "central", "deflate"));
        store.publish(staged, "deflate");
    }

    /** Returns whether it was killed. */
    private boolean killed(int before, Work work) throws Exception {
        try (ProviderStore store = ProviderStore.open(home, new Steps(before))) {
            work.on(store);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    private interface Work {
        void on(ProviderStore store) throws MigrationException, IOException;
    }

    /** What a command sees: the files of the provider, without hidden ones. */
    private List<String> seen() throws IOException {
        Path provider = home.resolve("deflate");
        if (!Files.isDirectory(provider)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(provider)) {
            return files.map(each -> each.getFileName().toString()).filter(each -> !each.startsWith(".")).sorted()
                    .toList();
        }
    }

    private List<String> visible() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(each -> each.getFileName().toString()).filter(each -> !each.startsWith(".")).sorted()
                    .toList();
        }
    }

    /** All that is there, hidden or not, but the lock. */
    private List<String> everything() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.map(each -> home.relativize(each).toString())
                    .filter(each -> !each.isEmpty() && !each.equals(".lock")).sorted().toList();
        }
    }

    @Test
    void shouldHaveAllOfANewProviderOrNothingWheneverItIsKilled() throws Exception {
        int step = 0;
        for (boolean killed = true; killed; step++) {
            killed = killed(step, store -> install(store, "1"));
            List<String> seen = seen();
            assertTrue(seen.isEmpty() || seen.equals(List.of("a-1.jar", "b.jar")), "step " + step + ": " + seen);
            assertEquals(seen.isEmpty() ? List.of() : List.of("deflate"), visible());
            killed(Integer.MAX_VALUE, store -> { });
            assertEquals(seen, seen(), "leftovers of step " + step);
            if (killed) {
                killed(Integer.MAX_VALUE, store -> {
                    if (store.find("deflate") != null) {
                        store.remove("deflate");
                    }
                });
                assertEquals(List.of(".installed"), Stream.concat(everything().stream(), Stream.of(".installed"))
                        .distinct().toList(), "leftovers of step " + step);
            }
        }
        assertTrue(step > 6, "received " + step + " steps");
    }

    @Test
    void shouldHaveTheOldVersionOrTheNewOneWheneverItIsKilled() throws Exception {
        int step = 0;
        boolean old = false;
        for (boolean killed = true; killed; step++) {
            killed(Integer.MAX_VALUE, store -> install(store, "1"));
            killed = killed(step, store -> install(store, "2"));
            List<String> seen = seen();
            assertTrue(seen.equals(List.of("a-1.jar", "b.jar")) || seen.equals(List.of("a-2.jar", "b.jar")),
                    "step " + step + ": " + seen);
            old |= seen.get(0).equals("a-1.jar");
            killed(Integer.MAX_VALUE, store -> { });
            assertEquals(seen, seen());
            assertEquals(6, everything().size(), "leftovers of step " + step + ": " + everything());
        }
        assertTrue(old && step > 6, "received " + step + " steps");
    }

    @Test
    void shouldHaveAllOfAProviderOrNothingWheneverItsRemovalIsKilled() throws Exception {
        int step = 0;
        for (boolean killed = true; killed; step++) {
            killed(Integer.MAX_VALUE, store -> install(store, "1"));
            killed = killed(step, store -> store.remove("deflate"));
            List<String> seen = seen();
            assertTrue(seen.isEmpty() || seen.equals(List.of("a-1.jar", "b.jar")), "step " + step + ": " + seen);
            killed(Integer.MAX_VALUE, store -> { });
            assertEquals(seen.isEmpty() ? List.of(".installed") : everything(), everything());
        }
        assertTrue(step > 1, "received " + step + " steps");
    }

    @Test
    void shouldRemoveWhatWasPutThereByHand() throws Exception {
        Files.createDirectories(home.resolve("mine"));
        Files.writeString(home.resolve("mine/x.jar"), "x");
        Files.writeString(home.resolve("one.jar"), "x");
        try (ProviderStore store = ProviderStore.open(home)) {
            assertEquals(List.of("mine put there by hand", "one.jar put there by hand"), ProviderStore.list(home)
                    .stream().map(each -> each.name() + ' ' + each.source()).toList());
            store.remove("mine");
            store.remove("one.jar");
        }
        assertEquals(List.of(), everything());
    }

    /** A link of the user's own leads elsewhere: what it leads to is not multifd's. */
    @Test
    void shouldLeaveAloneWhereAUsersLinkLeads(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve("x.jar"), "x");
        Files.createSymbolicLink(home.resolve("mine"), elsewhere);
        try (ProviderStore store = ProviderStore.open(home)) {
            store.remove("mine");
        }
        assertEquals(List.of(), everything());
        assertTrue(Files.exists(elsewhere.resolve("x.jar")));
    }

    /** A zip's own words about the size of what comes out are not believed: it is counted. */
    @Test
    void shouldStopAtAZipOfWhichMoreComesOutThanMay() throws Exception {
        Path zip = home.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("bomb.jar"));
            out.write(new byte[1 << 20]);
        }
        byte[] bytes = Files.readAllBytes(zip);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i + Integer.BYTES <= bytes.length; i++) {
            if (file.getInt(i) == 0x02014b50) {
                file.putInt(i + 24, 10);
            }
        }
        Files.write(zip, bytes);
        Path part = Files.createDirectory(home.resolve("part"));
        MigrationException refused = assertThrows(MigrationException.class,
                () -> new ProviderZip(zip).unpack(new Staging(part, () -> { }, 1 << 16)));
        assertEquals(MigrationException.Kind.FILE, refused.kind());
        assertEquals(zip + ": received more than 65536 bytes, expected a provider's jars; nothing was installed",
                refused.getMessage());
    }

    @Test
    void shouldBeForOneAtATime() throws Exception {
        try (ProviderStore store = ProviderStore.open(home)) {
            MigrationException refused = assertThrows(MigrationException.class, () -> ProviderStore.open(home));
            assertEquals(home + ": another install or remove works there, process " + ProcessHandle.current().pid()
                    + "; try again when it has ended", refused.getMessage());
            assertEquals(MigrationException.Kind.FILE, refused.kind());
            assertNull(store.find("deflate"));
        }
        ProviderStore.open(home).close();
    }

    @Test
    void shouldSayThatTheDirectoryCannotBeWritten() throws Exception {
        Path file = Files.writeString(home.resolve("file"), "");
        MigrationException refused = assertThrows(MigrationException.class,
                () -> ProviderStore.open(file.resolve("providers")));
        assertEquals(MigrationException.Kind.FILE, refused.kind());
        assertTrue(refused.getMessage().startsWith(file + "/providers: cannot be written: "), refused.getMessage());
    }
}
