package org.multifd.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.outgoing.postcopy.PostcopyMigration;
import org.multifd.core.internal.outgoing.postcopy.PostcopyOptions;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.Configuration;

/**
 * Restores a snapshot on demand: a QEMU with the capability {@code postcopy-ram} runs the guest as soon as it has the
 * device state, gets the pages that the guest needs at once, and all others in the background. No RAM has to be there
 * before the guest runs, whatever its size.
 *
 * <p>If the migration breaks off after that, the guest waits at the destination; after {@code migrate-recover} there
 * another object with {@link Builder#resume} brings the rest. The snapshot is only read.
 *
 * <p>One object is one migration. {@link #migrate} works on the calling thread; {@link #stats} and {@link #cancel} may
 * be called from any thread. Interrupting the calling thread cancels.
 */
public final class PostcopySource implements AutoCloseable {

    /** What has no meaning here, as all pages travel on the main connection. */
    private static final List<String> NOT_APPLICABLE = List.of("multifd-channels", "multifd-compression",
            "max-bandwidth", "downtime-limit", "zero-page-detection", "sync-rule", "checksum", "zero-copy-send", "uuid",
            "max-rounds", "deadline");

    private final PostcopyMigration migration;

    private PostcopySource(PostcopyMigration migration) {
        this.migration = migration;
    }

    /**
     * Begins to describe a migration.
     *
     * @param registry where the method of a compressed snapshot comes from
     * @param parameters of these only {@code timeout} and those of TLS may be given
     * @param file the snapshot
     * @return a builder
     */
    public static Builder builder(MethodRegistry registry, MigrationParameters parameters, FileUri file) {
        return new Builder(registry, parameters, file);
    }

    /** Describes a migration. For one thread. */
    public static final class Builder {

        private final MethodRegistry registry;
        private final MigrationParameters parameters;
        private final FileUri file;
        private long maxBandwidth;
        private boolean resume;
        private Path workingSet;

        private Builder(MethodRegistry registry, MigrationParameters parameters, FileUri file) {
            this.registry = Objects.requireNonNull(registry, "registry");
            this.parameters = Objects.requireNonNull(parameters, "parameters");
            this.file = Objects.requireNonNull(file, "file");
        }

        /**
         * Limits what is sent in the background; what the guest needs is sent at once all the same.
         *
         * @param bytesPerSecond 0 for no limit
         * @return this
         */
        public Builder maxPostcopyBandwidth(long bytesPerSecond) {
            maxBandwidth = bytesPerSecond;
            return this;
        }

        /**
         * Goes on with a migration that broke off, at a destination that waits after {@code migrate-recover}.
         *
         * @param on whether to
         * @return this
         */
        public Builder resume(boolean on) {
            resume = on;
            return this;
        }

        /**
         * Names a file of the pages that the guest asks for. If it exists, its pages are sent first. Otherwise it is
         * written.
         *
         * @param path the file, or null
         * @return this
         */
        public Builder workingSet(Path path) {
            workingSet = path;
            return this;
        }

        /**
         * Opens the snapshot, and reads and checks all of it but its pages.
         *
         * @return a migration that has not begun
         * @throws MigrationException of kind {@code USAGE} if a parameter does not apply, of kind {@code FILE} if the
         *     snapshot cannot be used: one line says what and where
         */
        public PostcopySource build() throws MigrationException {
            checkParameters();
            try {
                Snapshot snapshot = Snapshot.open(file.path(), file.offset());
                if (snapshot.configuration().machine().equals(Configuration.MULTIFD)) {
                    snapshot.close();
                    throw new MigrationException(Kind.FILE, file.path() + ": received a snapshot of an embedding "
                            + "program, expected one of a QEMU: postcopy needs a QEMU at its destination");
                }
                return new PostcopySource(new PostcopyMigration(registry.providers(), parameters,
                        new PostcopyOptions(maxBandwidth, false, resume, workingSet), snapshot));
            } catch (GuestFileException e) {
                throw Errors.toMigration(e, Kind.FILE);
            }
        }

        private void checkParameters() throws MigrationException {
            for (String name : NOT_APPLICABLE) {
                if (parameters.isSet(name)) {
                    throw new MigrationException(Kind.USAGE, name + ": received with postcopy-ram on, expected none"
                            + (name.equals("max-bandwidth") ? "; give max-postcopy-bandwidth"
                            : ": all pages travel on the main connection, as they are"));
                }
            }
            for (String name : parameters.methodParameters().keySet()) {
                throw new MigrationException(Kind.USAGE, name + ": received with postcopy-ram on, expected none: all "
                        + "pages travel on the main connection, as they are");
            }
            long least = 4096L * 1000 / parameters.timeout() + 1;
            if (maxBandwidth != 0 && maxBandwidth < least) {
                throw new MigrationException(Kind.USAGE, "max-postcopy-bandwidth: received " + maxBandwidth
                        + ", expected 0 or at least " + least + " with timeout " + parameters.timeout()
                        + ": one page must not take longer than that");
            }
        }
    }

    /**
     * Migrates. Returns when the destination has confirmed that it has everything; the guest has been running there for
     * a while then.
     *
     * @param uri where the destination listens, {@code tcp:host:port} or {@code unix:/path}
     * @return the final figures
     * @throws MigrationException of kind {@code UNKNOWN} if the guest is or may be at the destination: one line says
     *     what to do; of another kind if it is not
     * @throws IllegalStateException if this object was used before
     */
    public PostcopyStats migrate(String uri) throws MigrationException {
        return migration.migrate(uri);
    }

    /**
     * The figures so far. Any thread, any time.
     *
     * @return a snapshot
     */
    public PostcopyStats stats() {
        return migration.stats();
    }

    /**
     * Cancels: {@link #migrate} ends soon. A guest that runs at the destination stays there and waits for the rest of
     * its RAM; the kind is {@code UNKNOWN} then. May be called from any thread, at any time.
     */
    public void cancel() {
        migration.cancel();
    }

    /**
     * Cancels as {@link #cancel} does, waits until {@link #migrate} has returned and releases everything. May be called
     * at any time, from any thread, and more than once.
     */
    @Override
    public void close() {
        migration.close();
    }
}
