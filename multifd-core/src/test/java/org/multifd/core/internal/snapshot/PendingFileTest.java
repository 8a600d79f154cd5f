package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.ram.GuestFileException;

class PendingFileTest {

    @TempDir
    Path directory;

    private List<String> files() throws Exception {
        try (Stream<Path> list = Files.list(directory)) {
            return list.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private PendingFile written(IfExists existing) throws Exception {
        PendingFile file = PendingFile.create(directory.resolve("a"), existing);
        file.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.US_ASCII)), 2);
        return file;
    }

    @Test
    void shouldHaveItsNameWhenPublished() throws Exception {
        PendingFile file = written(IfExists.KEEP_UNLESS_FORCED);
        assertEquals(1, files().size());
        assertEquals(true, files().get(0).matches("\\.a\\.[0-9a-f]{8}\\.part"), files().toString());
        file.publish();
        file.keep();
        file.abandon();
        assertEquals(List.of("a"), files());
        assertEquals("\0\0new", Files.readString(directory.resolve("a")));
    }

    /** The longest that a file system takes, of one byte or of several for each character. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "\u00e9", "\u4e16", "\ud83d\ude80"})
    void shouldTakeTheLongestNames(String character) throws Exception {
        assumeTrue(System.getProperty("sun.jnu.encoding").equals("UTF-8") || character.equals("a"));
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        for (int length = 236 / bytes; length <= 255 / bytes; length++) {
            Path path = directory.resolve(character.repeat(length));
            for (IfExists existing : List.of(IfExists.KEEP, IfExists.REPLACE)) {
                PendingFile file = PendingFile.create(path, existing);
                file.write(ByteBuffer.wrap(new byte[1]), 0);
                file.publish();
                file.keep();
            }
            assertEquals(List.of(path.getFileName().toString()), files());
            Files.delete(path);
        }
    }

    @Test
    void shouldLeaveNothingWhenAbandoned() throws Exception {
        PendingFile file = written(IfExists.KEEP_UNLESS_FORCED);
        file.abandon();
        file.abandon();
        assertEquals(List.of(), files());
    }

    /** The source could not be told that all has arrived: its guest goes on, and the file must not. */
    @Test
    void shouldTakeBackWhatWasPublished() throws Exception {
        PendingFile file = written(IfExists.KEEP_UNLESS_FORCED);
        file.publish();
        file.abandon();
        assertEquals(List.of(), files());
    }

    @Test
    void shouldReplaceOnlyWhenPublished() throws Exception {
        Path old = Files.writeString(directory.resolve("a"), "old");
        PendingFile file = written(IfExists.REPLACE);
        assertEquals("old", Files.readString(old));
        file.publish();
        assertEquals("\0\0new", Files.readString(old));
        file.keep();
        assertEquals(List.of("a"), files());
    }

    @Test
    void shouldPutBackWhatItReplaced() throws Exception {
        Path old = Files.writeString(directory.resolve("a"), "old");
        PendingFile file = written(IfExists.REPLACE);
        file.publish();
        file.abandon();
        assertEquals("old", Files.readString(old));
        assertEquals(List.of("a"), files());
    }

    @Test
    void shouldNeverReplaceWhatCameMeanwhile() throws Exception {
        PendingFile file = written(IfExists.KEEP_UNLESS_FORCED);
        Path other = Files.writeString(directory.resolve("a"), "other");
        assertEquals("file " + other + " exists; choose another name, or --force to replace it",
                assertThrows(GuestFileException.class, file::publish).getMessage());
        file.abandon();
        assertEquals("other", Files.readString(other));
        assertEquals(List.of("a"), files());
    }
}
