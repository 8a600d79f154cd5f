package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.provider.ProviderDirectories.Found;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.provider.layer.TestJar;

/** What is loaded, kept, loaded again and given up as files come, change and go. */
class ProviderDirectoriesTest {

    @TempDir
    Path temp;

    /** What happens between two looks. */
    private Runnable meanwhile = () -> { };
    private int pauses;
    private boolean interrupted;

    private Path home() {
        return temp.resolve("providers");
    }

    private ProviderDirectories directories(ProviderPath... paths) {
        return new ProviderDirectories(List.of(paths), () -> {
            pauses++;
            meanwhile.run();
            return !interrupted;
        });
    }

    private ProviderDirectories homeOnly() {
        return directories(new ProviderPath(home(), true));
    }

    private static List<String> names(Found found) {
        return found.layers().stream().flatMap(each -> each.found().stream()).map(FoundProvider::name).toList();
    }

    private static List<String> messages(Found found) {
        return found.problems().stream().map(Throwable::getMessage).toList();
    }

    private static void append(Path file) {
        try {
            Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldTakeAHomeThatIsNotThereAsAnEmptyOne() throws Exception {
        ProviderDirectories directories = homeOnly();
        Found none = directories.load();
        assertEquals(List.of(), names(none));
        assertEquals(List.of(), messages(none));
        TestJar.provider(home(), "first").build();
        assertEquals(List.of("first"), names(directories.rescan()));
    }

    /** Each waits for the other one's constructor: those that hang are waited for together. */
    @Test
    void shouldMakeTheProvidersOfAllLayersAtOnce() throws Exception {
        for (String each : List.of("left", "right")) {
            TestJar.provider(home(), each,
                    "public Methods() throws InterruptedException { System.setProperty(\"multifd.test." + each
                    + "\", \"\"); while (System.getProperty(\"multifd.test." + (each.equals("left") ? "right" : "left")
                    + "\") == null) Thread.sleep(1); }").build();
        }
        try {
            assertEquals(List.of("left", "right"), names(homeOnly().load()));
        } finally {
            System.clearProperty("multifd.test.left");
            System.clearProperty("multifd.test.right");
        }
    }

    @Test
    void shouldLoadEachDirectoryAndJarOfAHomeAndPassOverHiddenOnes() throws Exception {
        TestJar.provider(home().resolve("b"), "b").build();
        TestJar.provider(home(), "a").build();
        TestJar.provider(home().resolve(".git"), "git").build();
        Files.copy(home().resolve("a.jar"), home().resolve(".a.jar.part.jar"));
        Files.writeString(home().resolve("README"), "drop jars here");
        assertEquals(List.of("b", "a"), names(homeOnly().load()));
    }

    @Test
    void shouldTakeADirectoryForAHomeIfDirectoriesInItHaveJars() throws Exception {
        TestJar.provider(home().resolve("b"), "b").build();
        TestJar.provider(home(), "a").build();
        Found found = directories(new ProviderPath(home(), false)).load();
        assertEquals(List.of(home().resolve("b"), home().resolve("a.jar")),
                found.layers().stream().map(each -> each.layer().path()).toList());
        Found one = directories(new ProviderPath(home().resolve("b"), false)).load();
        assertEquals(List.of(home().resolve("b")), one.layers().stream().map(each -> each.layer().path()).toList());
    }

    @Test
    void shouldLoadAPathThatIsGivenTwiceOnce() throws Exception {
        TestJar.provider(home().resolve("a"), "a").build();
        Path link = Files.createSymbolicLink(temp.resolve("link"), home().resolve("a"));
        assertEquals(List.of("a"), names(directories(new ProviderPath(link, false), new ProviderPath(home(), true))
                .load()));
    }

    @Test
    void shouldCostNothingWhenNothingHasChanged() throws Exception {
        TestJar.provider(home().resolve("a"), "a").build();
        Files.writeString(Files.createDirectories(home().resolve("broken")).resolve("x.jar"), "no jar");
        Files.createDirectories(home().resolve("empty"));
        ProviderDirectories directories = homeOnly();
        Found before = directories.load();
        assertSame(before, directories.rescan());
        assertEquals(0, pauses);
    }

    @Test
    void shouldReplaceWhatHasChangedAndKeepTheRest() throws Exception {
        TestJar.provider(home().resolve("a"), "a").build();
        TestJar.provider(home().resolve("b"), "b").build();
        ProviderDirectories directories = homeOnly();
        Found before = directories.load();
        TestJar.provider(temp.resolve("new"), "a", "public int priority() { return 7; }").build();
        Files.move(temp.resolve("new/a.jar"), home().resolve("a/a.jar"), StandardCopyOption.REPLACE_EXISTING);
        Found after = directories.rescan();
        assertNotSame(before.layers().get(0), after.layers().get(0));
        assertEquals(7, after.layers().get(0).found().get(0).priority());
        assertSame(before.layers().get(1), after.layers().get(1));
        assertEquals(1, pauses);
    }

    /** A file of the same name, size and time is another one when its inode is. */
    @Test
    void shouldSeeAFileThatWasReplacedByOneOfTheSameSizeAndTime() throws Exception {
        Path jar = TestJar.provider(home().resolve("a"), "a").build();
        ProviderDirectories directories = homeOnly();
        Found before = directories.load();
        FileTime time = Files.getLastModifiedTime(jar);
        Path other = Files.copy(jar, temp.resolve("other"));
        Files.setLastModifiedTime(other, time);
        Files.move(other, jar, StandardCopyOption.REPLACE_EXISTING);
        assertNotSame(before, directories.rescan());
    }

    @Test
    void shouldGiveUpWhatIsGone() throws Exception {
        Path jar = TestJar.provider(home(), "a").build();
        TestJar.provider(home(), "b").build();
        ProviderDirectories directories = homeOnly();
        assertEquals(List.of("a", "b"), names(directories.load()));
        Files.delete(jar);
        assertEquals(List.of("b"), names(directories.rescan()));
        assertEquals(0, pauses);
    }

    @Test
    void shouldNotLoadAJarThatIsStillBeingCopied() throws Exception {
        ProviderDirectories directories = homeOnly();
        directories.load();
        Path jar = home().resolve("slow.jar");
        Path whole = TestJar.provider(temp, "slow").build();
        byte[] bytes = Files.readAllBytes(whole);
        Files.createDirectories(home());
        Files.write(jar, Arrays.copyOf(bytes, 100));
        meanwhile = () -> append(jar);
        Found growing = directories.rescan();
        assertEquals(List.of(), names(growing));
        assertEquals(List.of(jar
                + ": received files that are being written, expected complete ones: they are looked at again"),
                messages(growing));
        Files.write(jar, bytes);
        meanwhile = () -> { };
        Found complete = directories.rescan();
        assertEquals(List.of("slow"), names(complete));
        assertEquals(List.of(), messages(complete));
    }

    @Test
    void shouldKeepWhatItHasWhileItsJarIsBeingReplaced() throws Exception {
        Path jar = TestJar.provider(home(), "a").build();
        ProviderDirectories directories = homeOnly();
        Found before = directories.load();
        meanwhile = () -> append(jar);
        append(jar);
        assertSame(before, directories.rescan());
        meanwhile = () -> { };
        assertNotSame(before, directories.rescan());
    }

    @Test
    void shouldLeaveChangesForLaterWhenItIsInterrupted() throws Exception {
        ProviderDirectories directories = homeOnly();
        directories.load();
        TestJar.provider(home(), "a").build();
        interrupted = true;
        assertEquals(List.of(), names(directories.rescan()));
        interrupted = false;
        assertEquals(List.of("a"), names(directories.rescan()));
    }

    @Test
    void shouldTakeABrokenJarsPlaceWhenItIsMended() throws Exception {
        Path jar = Files.createDirectories(home()).resolve("a.jar");
        Files.writeString(jar, "no jar");
        ProviderDirectories directories = homeOnly();
        Found broken = directories.load();
        assertEquals(1, broken.layers().get(0).problems().size());
        TestJar.provider(home(), "a").build();
        Found mended = directories.rescan();
        assertEquals(List.of("a"), names(mended));
        assertEquals(List.of(), mended.layers().get(0).problems());
    }

    @Test
    void shouldSayThatANamedPathIsGone() throws Exception {
        Path jar = TestJar.provider(temp, "a").build();
        ProviderDirectories directories = directories(new ProviderPath(jar, false));
        assertEquals(List.of("a"), names(directories.load()));
        Files.delete(jar);
        Found gone = directories.rescan();
        assertEquals(List.of(), names(gone));
        assertEquals(List.of(jar + ": received nothing there, expected a jar or a directory"), messages(gone));
        assertSame(gone, directories.rescan());
        assertEquals(0, pauses);
    }
}
