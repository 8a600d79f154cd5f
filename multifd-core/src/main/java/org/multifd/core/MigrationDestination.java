package org.multifd.core;

import java.nio.file.Path;
import java.util.Objects;
import org.multifd.core.internal.incoming.IncomingMemory;
import org.multifd.core.internal.incoming.IncomingMigration;
import org.multifd.core.internal.incoming.IncomingRam;
import org.multifd.core.internal.incoming.IncomingSnapshot;

/**
 * Waits for one incoming migration, of a {@link MigrationSource} or of a QEMU, and rebuilds the guest's RAM; or reads
 * it from a file. The method need not be known: the connections tell it.
 *
 * <p>One object is one migration: {@link #listen}, then {@link #receive}, which works on the calling thread with a
 * thread per channel beside it, then {@link #close}. {@link #stats} and {@link #cancel} are for any thread.
 * Interrupting the calling thread cancels.
 */
public final class MigrationDestination implements AutoCloseable {

    private final IncomingMigration migration;
    private final IncomingRam ram;
    private volatile GuestRam supplied;

    /**
     * Prepares for a migration; nothing happens before {@link #listen}.
     *
     * @param registry where methods come from
     * @param parameters what to expect; {@code multifd-compression}, if given, lists the methods that are accepted
     * @param ram where the RAM comes from once its shape is known
     */
    public MigrationDestination(MethodRegistry registry, MigrationParameters parameters, RamSupplier ram) {
        Objects.requireNonNull(ram, "ram");
        this.ram = new IncomingMemory((pageSize, lengths) -> {
            supplied = ram.supply(pageSize, lengths);
            return supplied == null ? null : supplied.ramBlocks();
        });
        this.migration = migration(registry, parameters, this.ram);
    }

    /**
     * As {@link #intoFile(MethodRegistry, MigrationParameters, FileUri, boolean)}, from the file's beginning.
     *
     * @param registry where methods come from
     * @param parameters what to expect
     * @param file the snapshot
     * @param replace whether a file of that name may be there
     * @return a destination without {@link #ram} and {@link #deviceState}: they are in the file
     */
    public static MigrationDestination intoFile(MethodRegistry registry, MigrationParameters parameters, Path file,
            boolean replace) {
        return intoFile(registry, parameters, FileUri.of(file), replace);
    }

    /**
     * Prepares to write what comes into a snapshot: a mapped-ram file, as QEMU 9.0 and newer load it, or with the
     * parameter {@code snapshot-compression} a compressed one. What goes wrong with the file has the kind {@code FILE}.
     * If it comes from another file, the snapshot is converted.
     *
     * <p>Without an offset the file's directory is written to from {@link #listen} on, under another name; the file
     * itself appears only when it is complete and synced to disk. Whatever fails, nothing stays behind. With an offset
     * the file is opened in place, or made if there is none. What is before the offset is left alone; what is behind it
     * is refused, or discarded once the guest's shape is known. After a failure the file ends at the offset, or is
     * deleted if it was made here.
     *
     * @param registry where methods come from
     * @param parameters what to expect; {@code multifd-compression}, if given, lists the methods that are accepted
     * @param file the snapshot
     * @param replace whether a file of that name may be there, which stays as it is until the new one is complete; with
     *     an offset, whether the file may have something behind it
     * @return a destination without {@link #ram} and {@link #deviceState}: they are in the file
     */
    public static MigrationDestination intoFile(MethodRegistry registry, MigrationParameters parameters, FileUri file,
            boolean replace) {
        return new MigrationDestination(registry, parameters,
                new IncomingSnapshot(Objects.requireNonNull(file, "file"), replace,
                        Objects.requireNonNull(parameters, "parameters")));
    }

    MigrationDestination(MethodRegistry registry, MigrationParameters parameters, IncomingRam ram) {
        this.ram = ram;
        this.migration = migration(registry, parameters, ram);
    }

    private static IncomingMigration migration(MethodRegistry registry, MigrationParameters parameters,
            IncomingRam ram) {
        return new IncomingMigration(Objects.requireNonNull(registry, "registry").providers(),
                Objects.requireNonNull(parameters, "parameters"), ram);
    }

    /**
     * Starts to listen. Connections are taken by {@link #receive}; until then they wait. Of a file all but the pages is
     * read and checked here; it stays open until {@link #receive} has returned or {@link #close} is called, and must
     * not change until then.
     *
     * @param uri {@code tcp:host:port}, where port 0 picks a free one, or {@code unix:/path}; or a file as
     *     {@link FileUri} describes it
     * @return the address bound, as a source can be given it
     * @throws MigrationException if it cannot listen there, or what is received could not be kept; of kind {@code FILE}
     *     if a file is missing, damaged or something else
     * @throws IllegalStateException if it listens already
     */
    public String listen(String uri) throws MigrationException {
        return migration.listen(uri);
    }

    /**
     * Waits for the migration and receives it. Returns when RAM and device state are complete and the source, if it
     * opened a return path, was told so. From a file the channels read the pages straight to their places.
     *
     * @return the final figures
     * @throws MigrationException of a {@link MigrationException.Kind} that names the category, with one line; RAM is
     * undefined then
     * @throws IllegalStateException if it does not listen or was used before
     */
    public MigrationStats receive() throws MigrationException {
        return migration.receive();
    }

    /**
     * The RAM that was filled.
     *
     * @return null until the source has said what there is
     */
    public GuestRam ram() {
        return supplied;
    }

    /**
     * What came behind RAM: the bytes of {@link Guest#deviceState} from a {@link MigrationSource}; from a QEMU
     * everything up to the end of the stream, as it is.
     *
     * @return null unless {@link #receive} has succeeded
     */
    public byte[] deviceState() {
        byte[] state = ram instanceof IncomingMemory memory ? memory.deviceState() : null;
        return state == null ? null : state.clone();
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
     * Cancels: {@link #receive} ends soon with an exception of kind {@code INTERRUPTED}, unless the source has been
     * told that all arrived. Any thread, any time.
     */
    public void cancel() {
        migration.cancel();
    }

    /**
     * Cancels as {@link #cancel} does, waits until {@link #receive} has returned and releases everything. May be called
     * at any time, from any thread, and more than once. On the thread that receives, in a callback say, it only
     * cancels.
     */
    @Override
    public void close() {
        migration.close();
    }
}
