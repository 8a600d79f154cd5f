package org.multifd.cli.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.ram.GuestFile;

/** A directory that appears under its name with all its files in it, or not at all; never in the place of another. */
public final class NewDirectory {

    private NewDirectory() {
    }

    /**
     * Writes it.
     *
     * @param directory what must not exist yet; its parents are made
     * @param files contents by path within it
     * @throws MigrationException of kind FILE; then nothing of it is left
     */
    public static void write(Path directory, Map<String, String> files) throws MigrationException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new MigrationException(Kind.FILE, directory
                    + ": exists already, expected a name that is free; nothing was written");
        }
        Path whole = directory.toAbsolutePath().normalize();
        if (whole.getFileName() == null) {
            throw new MigrationException(Kind.FILE, directory + ": is no name for a new directory");
        }
        Path part = whole.resolveSibling("." + whole.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = part.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue(), StandardOpenOption.CREATE_NEW);
            }
            Files.move(part, whole);
        } catch (IOException e) {
            remove(part);
            throw new MigrationException(Kind.FILE, directory + ": cannot be written: "
                    + GuestFile.reason(e, "there is no such directory"), e);
        }
    }

    private static void remove(Path part) {
        try (Stream<Path> all = Files.walk(part)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // What failed first is what the user is told; a hidden directory may stay.
        }
    }
}
