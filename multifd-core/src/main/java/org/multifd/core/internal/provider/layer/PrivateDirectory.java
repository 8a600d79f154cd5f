package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's own directory for copies of jars, below {@code java.io.tmpdir} and open to nobody else. It is made at
 * first use and deleted at exit. A process that was killed leaves its directory behind, but not the lock on a file in
 * it: the next one to make a directory deletes that.
 */
final class PrivateDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);

    private static final String PREFIX = "multifd-providers-";
    private static final String LOCK = "lock";

    /**
     * A directory has its proper name once its lock is held: before that nobody looks at it, unless it stays so for
     * long.
     */
    private static final String UNFINISHED = "multifd-new-";
    private static final Duration LONG = Duration.ofMinutes(10);

    /**
     * Names the directories of this process, also those of a second copy of this class: opening and closing a lock file
     * that the process itself holds would let go of the lock.
     */
    private static final String OURS = "org.multifd.core.private-directory.";

    private static PrivateDirectory instance;

    private final Path directory;
    /** Held until the process ends; never closed. */
    private final FileLock lock;
    private int subdirectories;

    private PrivateDirectory(Path directory, FileLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** A new directory, empty, that only this user can enter. */
    static synchronized Path subdirectory() throws IOException {
        if (instance == null || !Files.isDirectory(instance.directory, LinkOption.NOFOLLOW_LINKS)) {
            instance = create(Path.of(System.getProperty("java.io.tmpdir")));
        }
        return Files.createDirectory(instance.directory.resolve(Integer.toString(++instance.subdirectories)));
    }

    /** The directories of other processes that end are deleted here, so that their number stays bounded. */
    private static PrivateDirectory create(Path parent) throws IOException {
        // open to its owner only, and nobody can have made it
        Path unfinished = Files.createTempDirectory(parent, UNFINISHED);
        FileChannel channel = FileChannel.open(unfinished.resolve(LOCK), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock();
        String name = PREFIX + unfinished.getFileName().toString().substring(UNFINISHED.length());
        System.setProperty(OURS + name, "");
        Path directory = Files.move(unfinished, parent.resolve(name));
        deleteLeftovers(parent, Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS));
        Thread atExit = new Thread(null, () -> delete(directory), "multifd copies of jars", 0, false);
        atExit.setContextClassLoader(null); // it lives as long as the process: nothing of its maker's may
        Runtime.getRuntime().addShutdownHook(atExit);
        return new PrivateDirectory(directory, lock);
    }

    /** Deletes what dead processes of this user have left. */
    static void deleteLeftovers(Path parent, UserPrincipal user) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
            for (Path each : entries) {
                String name = each.getFileName().toString();
                if ((name.startsWith(PREFIX) && System.getProperty(OURS + name) == null || name.startsWith(UNFINISHED))
                        && Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)
                        && user.equals(Files.getOwner(each, LinkOption.NOFOLLOW_LINKS))
                        && (name.startsWith(PREFIX) || isOld(each)) && isDead(each)) {
                    delete(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("leftovers in {} stay", parent, e); // the next process tries again
        }
    }

    /** Its maker needs a moment between making it and holding its lock. */
    private static boolean isOld(Path directory) throws IOException {
        return Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS).toInstant()
                .isBefore(Instant.now().minus(LONG));
    }

    private static boolean isDead(Path directory) {
        try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS); FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            // without a lock file it is being deleted by somebody, or the deletion was cut short: the lock file goes
            // last
            return !Files.exists(directory.resolve(LOCK), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * Deletes a tree, following no link. What cannot be deleted (an open file on Windows) stays for a later process.
     */
    static void delete(Path tree) {
        try {
            deleteAll(tree);
        } catch (IOException e) {
            LOG.debug("{} is not deleted", tree, e);
        }
    }

    private static void deleteAll(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                for (Path each : entries) {
                    if (!each.equals(path.resolve(LOCK))) {
                        deleteAll(each);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            // the last file: without it the directory is taken for a dead one's
            Files.deleteIfExists(path.resolve(LOCK));
        }
        Files.deleteIfExists(path);
    }
}
