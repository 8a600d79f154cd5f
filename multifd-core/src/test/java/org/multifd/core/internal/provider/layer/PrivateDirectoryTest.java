package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.provider.ProviderFixture;
import org.slf4j.Logger;

/** The directory of copies, of processes that live, end and are killed. */
class PrivateDirectoryTest {

    @TempDir
    Path temp;

    private Process process;

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** What a process with a copy does: prints where it is, and ends when it is told. */
    static final class Holder {

        private Holder() {
        }

        public static void main(String[] args) throws IOException {
            Path directory = PrivateDirectory.subdirectory();
            Files.writeString(directory.resolve("copy.jar"), "a jar");
            System.out.println(directory);
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    private Path start() throws IOException {
        String path = Stream.of(Holder.class, PrivateDirectory.class, Logger.class).map(ProviderFixture::location)
                .map(Path::toString).distinct().collect(Collectors.joining(File.pathSeparator));
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-cp", path, Holder.class.getName()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(),
                StandardCharsets.UTF_8));
        return Path.of(lines.readLine());
    }

    private void deleteLeftovers() throws IOException {
        PrivateDirectory.deleteLeftovers(temp, Files.getOwner(temp));
    }

    @Test
    void shouldDeleteItsDirectoryAtExit() throws Exception {
        Path copies = start();
        assertTrue(Files.exists(copies.resolve("copy.jar")));
        process.getOutputStream().close();
        assertEquals(0, process.waitFor());
        assertTrue(Files.notExists(copies.getParent()));
    }

    @Test
    void shouldDeleteWhatAKilledProcessLeftAndNothingOfOneThatLives() throws Exception {
        Path copies = start();
        deleteLeftovers();
        assertTrue(Files.exists(copies.resolve("copy.jar")));
        process.destroyForcibly().waitFor();
        assertTrue(Files.exists(copies.resolve("copy.jar")));
        deleteLeftovers();
        assertTrue(Files.notExists(copies.getParent()));
        assertTrue(Files.exists(temp));
    }

    /** Killed before the directory had its name; one that is being made looks the same. */
    @Test
    void shouldDeleteWhatWasNotFinishedLongAgo() throws Exception {
        Path left = Files.createDirectory(temp.resolve("multifd-new-1"));
        Files.writeString(left.resolve("lock"), "");
        Path begun = Files.createDirectory(temp.resolve("multifd-new-2"));
        Path made = Files.createDirectory(temp.resolve("multifd-new-3"));
        Files.writeString(made.resolve("lock"), "");
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.setLastModifiedTime(left, longAgo);
        Files.setLastModifiedTime(begun, longAgo);
        deleteLeftovers();
        assertTrue(Files.notExists(left));
        assertTrue(Files.notExists(begun));
        assertTrue(Files.exists(made));
    }

    @Test
    void shouldNotFollowLinks() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Path kept = Files.writeString(elsewhere.resolve("kept"), "kept");
        Path left = Files.createDirectory(temp.resolve("multifd-providers-1"));
        Files.writeString(left.resolve("lock"), "");
        Files.createSymbolicLink(Files.createDirectory(left.resolve("1")).resolve("link"), elsewhere);
        Files.createSymbolicLink(temp.resolve("multifd-providers-2"), elsewhere);
        Files.createSymbolicLink(Files.createDirectory(temp.resolve("multifd-providers-3")).resolve("lock"), kept);
        deleteLeftovers();
        assertTrue(Files.notExists(left, LinkOption.NOFOLLOW_LINKS));
        assertTrue(Files.exists(temp.resolve("multifd-providers-2"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("kept", Files.readString(kept));
    }

    /** Opening and closing one's own lock file would let go of the lock. */
    @Test
    void shouldLeaveItsOwnDirectoryAlone() throws Exception {
        Path own = PrivateDirectory.subdirectory();
        PrivateDirectory.deleteLeftovers(own.getParent().getParent(), Files.getOwner(own));
        assertTrue(Files.exists(own));
        PrivateDirectory.delete(own);
    }
}
