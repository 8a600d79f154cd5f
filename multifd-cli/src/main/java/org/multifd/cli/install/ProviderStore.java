package org.multifd.cli.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.ram.GuestFile;

/**
 * The user's directory of providers. What was installed is a link to a directory in {@code .installed}; what a user has
 * put there by hand is a directory or a jar. A name leads to the old files or to the new ones at any time, as a link is
 * replaced in one step, and whatever an install that was killed has left is removed by the next.
 *
 * <pre>
 * providers/deflate -> .installed/deflate.2
 * providers/.installed/deflate.2/      the jars, and .origin
 * providers/.part-PID                  what an install has not finished
 * providers/.lock                      held, not made, by the one that works here
 * </pre>
 */
public final class ProviderStore implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final String INSTALLED = ".installed";
    private static final String PART = ".part-";
    private static final String LINK = ".link-";

    private final Path home;
    private final FileChannel channel;
    private final Runnable step;

    private ProviderStore(Path home, FileChannel channel, Runnable step) {
        this.home = home;
        this.channel = channel;
        this.step = step;
    }

    /** Opens it for this process alone. */
    public static ProviderStore open(Path home) throws MigrationException {
        return open(home, () -> { });
    }

    /** @param step called before each change of a file */
    static ProviderStore open(Path home, Runnable step) throws MigrationException {
        FileChannel channel = null;
        try {
            Files.createDirectories(home);
            channel = FileChannel.open(home.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (!lock(channel)) {
                String owner = read(channel);
                channel.close();
                throw new MigrationException(Kind.FILE, home + ": another install or remove works there"
                        + (owner.isEmpty() ? "" : ", process " + owner) + "; try again when it has ended");
            }
            channel.truncate(0).write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid())
                    .getBytes(StandardCharsets.US_ASCII)), 0);
            ProviderStore store = new ProviderStore(home, channel, step);
            store.removeLeftovers();
            return store;
        } catch (IOException e) {
            closeQuietly(channel);
            throw failed(home, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String owner = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return owner.matches("\\d+") ? owner : "";
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the failure that is reported came first
        }
    }

    static MigrationException failed(Path path, IOException e) {
        return new MigrationException(Kind.FILE, path + ": cannot be written: " + GuestFile.reason(e,
                "there is no such directory") + "; nothing was changed", e);
    }

    static MigrationException unreadable(Path path, Exception e) {
        return new MigrationException(Kind.FILE, path + ": cannot be read: " + GuestFile.reason(e,
                "there is no such file") + "; nothing was changed", e);
    }

    /** What is in a user's directory, in the order of the names; hidden files are not. */
    public static List<Installed> list(Path home) throws MigrationException {
        List<Installed> all = new ArrayList<>();
        try (Stream<Path> entries = Files.list(home)) {
            for (Path each : entries.filter(ProviderStore::isShown).sorted().toList()) {
                all.add(Installed.read(each));
            }
            return all;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(home, e);
        }
    }

    private static boolean isShown(Path entry) {
        String name = entry.getFileName().toString();
        return !name.startsWith(".") && (Files.isDirectory(entry) || Files.isSymbolicLink(entry)
                || name.endsWith(".jar"));
    }

    private void removeLeftovers() throws IOException {
        Set<Path> used = new HashSet<>();
        List<Path> entries;
        try (Stream<Path> all = Files.list(home)) {
            entries = all.toList();
        }
        for (Path each : entries) {
            String name = each.getFileName().toString();
            if (name.startsWith(PART) || name.startsWith(LINK)) {
                delete(each);
            } else if (Files.isSymbolicLink(each)) {
                used.add(home.resolve(Files.readSymbolicLink(each)).normalize());
            }
        }
        if (Files.isDirectory(home.resolve(INSTALLED))) {
            try (Stream<Path> all = Files.list(home.resolve(INSTALLED))) {
                for (Path each : all.toList()) {
                    if (!used.contains(each.normalize())) {
                        delete(each);
                    }
                }
            }
        }
    }

    /** A new directory to put files into: it is none of the providers yet. */
    Staging stage() throws MigrationException {
        Path part = home.resolve(PART + ProcessHandle.current().pid());
        try {
            step.run();
            return new Staging(Files.createDirectory(part), step);
        } catch (IOException e) {
            throw failed(home, e);
        }
    }

    /** What is there under a name, or null. */
    public Installed find(String name) {
        Path path = home.resolve(name);
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? Installed.read(path) : null;
    }

    /** What was installed from the same group and artifact, or null. */
    public Installed ofSource(Origin origin) throws MigrationException {
        return list(home).stream().filter(each -> each.origin() != null && each.origin().isOfOneSource(origin))
                .findFirst().orElse(null);
    }

    /** Makes what was staged the provider of a name, in one step; what was installed under it goes. */
    Path publish(Staging staged, String name) throws MigrationException {
        Path path = home.resolve(name);
        try {
            staged.sync();
            Path stored = free(Files.createDirectories(home.resolve(INSTALLED)), name);
            step.run();
            Files.move(staged.directory(), stored, StandardCopyOption.ATOMIC_MOVE);
            Staging.syncDirectory(stored.getParent());
            Path before = Files.isSymbolicLink(path) ? home.resolve(Files.readSymbolicLink(path)).normalize() : null;
            Path link = home.resolve(LINK + ProcessHandle.current().pid());
            step.run();
            Files.createSymbolicLink(link, home.relativize(stored));
            step.run();
            Files.move(link, path, StandardCopyOption.ATOMIC_MOVE);
            Staging.syncDirectory(home);
            if (before != null) {
                step.run();
                delete(before);
            }
            return path;
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    private static Path free(Path installed, String name) {
        for (int i = 1;; i++) {
            Path path = installed.resolve(name + '.' + i);
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return path;
            }
        }
    }

    /** Removes a provider: it is gone in one step, and then its files are deleted. */
    public void remove(String name) throws MigrationException {
        Path path = home.resolve(name);
        try {
            if (Files.isSymbolicLink(path)) {
                step.run();
                Files.delete(path);
                Staging.syncDirectory(home);
                step.run();
                removeLeftovers();
            } else {
                Path part = home.resolve(PART + ProcessHandle.current().pid());
                step.run();
                Files.move(path, part, StandardCopyOption.ATOMIC_MOVE);
                Staging.syncDirectory(home);
                step.run();
                delete(part);
            }
        } catch (IOException e) {
            throw failed(path, e);
        }
    }

    /** Deletes a file, or a directory with what is in it; a link, not where it leads. */
    static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            // somebody else was here
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }
}
