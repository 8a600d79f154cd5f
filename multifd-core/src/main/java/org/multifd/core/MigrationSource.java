package org.multifd.core;

import java.nio.file.Path;
import java.util.Objects;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.outgoing.OutgoingMigration;
import org.multifd.core.internal.outgoing.OutgoingMemory;
import org.multifd.core.internal.outgoing.OutgoingRam;
import org.multifd.core.internal.outgoing.OutgoingSnapshot;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.snapshot.Snapshot;

/**
 * Moves a live guest's RAM to a {@link MigrationDestination}, or into a file: round after round over what became dirty
 * meanwhile, then, when what is left fits the downtime limit, the guest is paused for the last round and its device
 * state. It has succeeded only when the destination has confirmed that all was loaded, or when the file is complete and
 * on the disk.
 *
 * <p>One object is one migration. {@link #migrate} works on the calling thread, the migration's main thread, with a
 * thread per channel beside it; {@link #stats} and {@link #cancel} are for any thread. Interrupting the calling thread
 * cancels.
 */
public final class MigrationSource implements AutoCloseable {

    private final OutgoingMigration migration;

    /**
     * Prepares a migration; nothing happens before {@link #migrate}.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param ram the guest's RAM, read by several threads until {@link #migrate} returns
     * @param log which of its pages become dirty
     * @param guest what to pause
     */
    public MigrationSource(MethodRegistry registry, MigrationParameters parameters, GuestRam ram, DirtyLog log,
            Guest guest) {
        this(registry, parameters, new OutgoingMemory(ram.ramBlocks(), Objects.requireNonNull(guest, "guest")), log,
                guest);
    }

    private MigrationSource(MethodRegistry registry, MigrationParameters parameters, OutgoingRam ram, DirtyLog log,
            Guest guest) {
        migration = new OutgoingMigration(Objects.requireNonNull(registry, "registry").providers(), parameters, ram,
                log, guest);
    }

    /**
     * As {@link #fromFile(MethodRegistry, MigrationParameters, FileUri)}, from the file's beginning.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param file the snapshot
     * @return a migration that has not begun
     * @throws MigrationException as there
     */
    public static MigrationSource fromFile(MethodRegistry registry, MigrationParameters parameters, Path file)
            throws MigrationException {
        return fromFile(registry, parameters, FileUri.of(file));
    }

    /**
     * Prepares to bring a snapshot back to life: a mapped-ram file, of a {@link MigrationDestination} or of a QEMU from
     * 9.0 on, is to migrate into a QEMU or a multifd destination that waits for it. The machine type in the file
     * decides what the stream looks like, unless {@code sync-rule} and {@code zero-page-detection} are given; without
     * the parameter {@code uuid} the file's is used, if it has one. All of the file but its pages is read and checked
     * here; it stays open until {@link #migrate} has returned or {@link #close} is called, and must not change until
     * then.
     *
     * @param registry where the method comes from
     * @param parameters how to migrate
     * @param file the snapshot
     * @return a migration that has not begun
     * @throws MigrationException of kind {@code FILE} if there is no such file, or if it is damaged or something else:
     *     one line says what and where
     */
    public static MigrationSource fromFile(MethodRegistry registry, MigrationParameters parameters, FileUri file)
            throws MigrationException {
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(parameters, "parameters");
        try {
            return new MigrationSource(registry, parameters,
                    new OutgoingSnapshot(Snapshot.open(file.path(), file.offset()), parameters.zeroCopySend()),
                    OutgoingSnapshot.clean(), OutgoingSnapshot.STOPPED);
        } catch (GuestFileException e) {
            throw Errors.toMigration(e, Kind.FILE);
        }
    }

    /**
     * Migrates. Returns when the destination has confirmed that RAM and device state are complete; the guest stays
     * paused then, it lives on at the destination. After a failure the dirty log has got every mark back and a paused
     * guest was resumed, unless the kind is {@code UNKNOWN}: everything was sent, the destination did not say whether
     * the guest runs there, and the guest stays paused. Check the destination, then resume it there or here.
     *
     * <p>Into a file, QEMU's mapped-ram, the channels write every page to its own place, so the file grows no further
     * with more rounds; there is no compression. Each round ends with its pages on the disk. {@code file:PATH} must not
     * exist: it appears when it is complete and synced, and after a failure there is nothing.
     * {@code file:PATH,offset=N} is written in place, and made if there is none: what is before the offset, a program's
     * own header, is left alone; there must be nothing behind it. Until it is complete, and after a failure, no
     * snapshot is found at the offset; a file that was made here is deleted then, any other one cut off at the offset.
     * What goes wrong with the file has the kind {@code FILE}.
     *
     * @param uri where the destination listens, {@code tcp:host:port} or {@code unix:/path}; or a file as
     *     {@link FileUri} describes it, unless it is a snapshot that migrates
     * @return the final figures
     * @throws MigrationException of a {@link Kind} that names the category, with one line
     * @throws IllegalStateException if this object was used before
     */
    public MigrationStats migrate(String uri) throws MigrationException {
        return migration.migrate(uri);
    }

    /**
     * The figures so far. Any thread, any time.
     *
     * @return a snapshot
     */
    public MigrationStats stats() {
        return migration.stats();
    }

    /**
     * Cancels: {@link #migrate} ends soon with an exception of kind {@code INTERRUPTED}, unless all has been sent. Then
     * the guest may live at the destination already: the destination's word is waited for, for {@code timeout} at most,
     * and without it the kind is {@code UNKNOWN}. A file that is being completed is completed. May be called from any
     * thread, at any time; before {@link #migrate} it makes that fail at once.
     */
    public void cancel() {
        migration.cancel();
    }

    /**
     * Cancels as {@link #cancel} does, waits until {@link #migrate} has returned and releases everything. May be called
     * at any time, from any thread, and more than once. On the thread that migrates, in a callback say, it only
     * cancels.
     */
    @Override
    public void close() {
        migration.close();
    }
}
