package org.multifd.cli.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** The files of a provider before they are one: bounded in number and size, and on the disk before they get a name. */
final class Staging implements AutoCloseable {

    /** More than any provider with its codec and native libraries. */
    static final long MOST_BYTES = 1L << 30;
    static final int MOST_FILES = 1_000;

    private static final int BUFFER = 64 * 1024;

    private final Path directory;
    private final Runnable step;
    private final long mostBytes;
    private long bytes;
    private int files;

    Staging(Path directory, Runnable step) {
        this(directory, step, MOST_BYTES);
    }

    Staging(Path directory, Runnable step, long mostBytes) {
        this.directory = directory;
        this.step = step;
        this.mostBytes = mostBytes;
    }

    Path directory() {
        return directory;
    }

    /** The staged files, in the order of their names. */
    List<Path> files() throws MigrationException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(each -> !each.getFileName().toString().startsWith(".")).sorted().toList();
        } catch (IOException e) {
            throw ProviderStore.failed(directory, e);
        }
    }

    void add(Path file) throws MigrationException {
        try (InputStream in = Files.newInputStream(file)) {
            add(file.getFileName().toString(), in, file);
        } catch (IOException e) {
            throw ProviderStore.unreadable(file, e);
        }
    }

    /**
     * Writes one file.
     *
     * @param origin what to name if there is more than may be
     * @throws IOException if it cannot be read
     */
    void add(String name, InputStream in, Object origin) throws IOException, MigrationException {
        if (++files > MOST_FILES) {
            throw new MigrationException(Kind.FILE, origin + ": received more than " + MOST_FILES
                    + " files, expected the few of a provider; nothing was installed");
        }
        step.run();
        byte[] buffer = new byte[BUFFER];
        try (FileChannel out = create(name)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                if (bytes > mostBytes) {
                    throw new MigrationException(Kind.FILE, origin + ": received more than " + mostBytes
                            + " bytes, expected a provider's jars; nothing was installed");
                }
                write(out, ByteBuffer.wrap(buffer, 0, read));
            }
            force(out);
        }
    }

    private FileChannel create(String name) throws MigrationException {
        try {
            return FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw ProviderStore.failed(directory.getParent(), e);
        }
    }

    private void write(FileChannel out, ByteBuffer from) throws MigrationException {
        try {
            while (from.hasRemaining()) {
                out.write(from);
            }
        } catch (IOException e) {
            throw ProviderStore.failed(directory.getParent(), e);
        }
    }

    private void force(FileChannel out) throws MigrationException {
        try {
            out.force(true);
        } catch (IOException e) {
            throw ProviderStore.failed(directory.getParent(), e);
        }
    }

    /** Writes where it came from beside the files. */
    void write(Origin origin) throws MigrationException {
        step.run();
        try (FileChannel out = create(Origin.FILE)) {
            write(out, ByteBuffer.wrap(origin.text().getBytes(StandardCharsets.UTF_8)));
            force(out);
        } catch (IOException e) {
            throw ProviderStore.failed(directory.getParent(), e);
        }
    }

    void sync() throws IOException {
        syncDirectory(directory);
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes what was not published. */
    @Override
    public void close() {
        try {
            ProviderStore.delete(directory);
        } catch (IOException e) {
            // the next install removes it
        }
    }
}
