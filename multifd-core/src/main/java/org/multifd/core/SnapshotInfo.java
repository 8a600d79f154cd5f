package org.multifd.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.incoming.IncomingMigration;
import org.multifd.core.internal.incoming.IncomingNothing;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.snapshot.MappedRamSnapshot;
import org.multifd.core.internal.snapshot.PlacedBlock;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.Configuration;

/**
 * What is in a snapshot, a mapped-ram file or a compressed one.
 *
 * @param fileBytes the file's length
 * @param streamBytes where what belongs to the snapshot ends in it
 * @param machine the machine type
 * @param pageSize the guest's page size in bytes
 * @param capabilities the migration capabilities that the file says it was saved with
 * @param uuid the VM's, or null if the file does not say
 * @param compression the method that its pages are compressed with; none for a mapped-ram file
 * @param deadBytes what a compressed snapshot has of pages that came again or turned zero
 * @param blocks the RAM blocks, in their order
 * @param devices the devices' sections, in their order
 */
public record SnapshotInfo(long fileBytes, long streamBytes, String machine, int pageSize, List<String> capabilities,
        UUID uuid, String compression, long deadBytes, List<Block> blocks, List<Device> devices) {

    /**
     * A RAM block.
     *
     * @param name its name
     * @param usedLength its length in the guest in bytes
     * @param presentPages pages that have a place in the file with content
     * @param zeroPages the others
     * @param bitmapOffset where in the file the bitmap of the present pages is; 0 in a compressed snapshot
     * @param pagesOffset where in the file its first page is, or would be; 0 in a compressed snapshot
     */
    public record Block(String name, long usedLength, long presentPages, long zeroPages, long bitmapOffset,
            long pagesOffset) {
    }

    /**
     * A device's section.
     *
     * @param name the device's name, with its bus address if it has one
     * @param instance which one of this name
     * @param bytes the length of its state
     */
    public record Device(String name, long instance, long bytes) {
    }

    /**
     * As {@link #read(FileUri)}, from the file's beginning.
     *
     * @param file the snapshot
     * @return what is in it
     * @throws MigrationException as there
     */
    public static SnapshotInfo read(Path file) throws MigrationException {
        return read(FileUri.of(file));
    }

    /**
     * Reads a file and checks all of it that can be checked: everything but the pages themselves, which carry no sum.
     *
     * @param file the snapshot
     * @return what is in it
     * @throws MigrationException of kind {@code FILE} if there is no such file, or if it is cut, damaged or something
     *     else: one line says what and where
     */
    public static SnapshotInfo read(FileUri file) throws MigrationException {
        try (Snapshot snapshot = Snapshot.open(file.path(), file.offset())) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < snapshot.blocks().count(); i++) {
                blocks.add(block(snapshot, i));
            }
            List<Device> devices = snapshot.devices().stream()
                    .map(each -> new Device(each.name(), each.instance(), each.bytes())).toList();
            Configuration configuration = snapshot.configuration();
            return new SnapshotInfo(snapshot.fileBytes(), snapshot.endOfStream(), configuration.machine(),
                    snapshot.blocks().pageSize(), configuration.capabilities(), configuration.uuid(),
                    snapshot.method(), snapshot.deadBytes(), List.copyOf(blocks), devices);
        } catch (GuestFileException e) {
            throw Errors.toMigration(e, Kind.FILE);
        }
    }

    /** {@return whether it is a compressed snapshot and no mapped-ram file} */
    public boolean isCompressed() {
        return !compression.equals(Snapshot.NONE);
    }

    /**
     * Reads all of a snapshot, its pages as well. A compressed one has a checksum of each page, which is compared; of a
     * mapped-ram file this shows that its pages can be read.
     *
     * @param registry where the method comes from that a compressed snapshot is decoded with
     * @param file the snapshot
     * @throws MigrationException of kind {@code FILE} as {@link #read(FileUri)}, or if a page is not as it was saved;
     *     of kind {@code METHOD} if there is no provider of its method
     */
    public static void check(MethodRegistry registry, FileUri file) throws MigrationException {
        try (IncomingMigration reading = new IncomingMigration(registry.providers(), MigrationParameters.defaults(),
                new IncomingNothing())) {
            reading.listen(file.toString());
            reading.receive();
        }
    }

    private static Block block(Snapshot snapshot, int index) {
        RamBlock block = snapshot.blocks().get(index);
        long present = snapshot.presentPages(index);
        PlacedBlock place = snapshot instanceof MappedRamSnapshot mapped ? mapped.placed().get(index) : null;
        return new Block(block.name(), block.length(), present, block.pages() - present,
                place == null ? 0 : place.bitmapOffset(), place == null ? 0 : place.pagesOffset());
    }
}
