package org.multifd.core;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.snapshot.MappedRamSnapshot;
import org.multifd.core.internal.snapshot.PlacedBlock;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.Configuration;

/**
 * What is in a snapshot, a mapped-ram file.
 *
 * @param fileBytes the file's length
 * @param streamBytes where what belongs to the snapshot ends in it
 * @param machine the machine type
 * @param pageSize the guest's page size in bytes
 * @param capabilities the migration capabilities that the file says it was saved with
 * @param uuid the VM's, or null if the file does not say
 * @param blocks the RAM blocks, in their order
 * @param devices the devices' sections, in their order
 */
public record SnapshotInfo(long fileBytes, long streamBytes, String machine, int pageSize, List<String> capabilities,
        UUID uuid, List<Block> blocks, List<Device> devices) {

    /**
     * A RAM block.
     *
     * @param name its name
     * @param usedLength its length in the guest in bytes
     * @param presentPages pages that have a place in the file with content
     * @param zeroPages the others
     * @param bitmapOffset where in the file the bitmap of the present pages is
     * @param pagesOffset where in the file its first page is, or would be
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
                    List.copyOf(blocks), devices);
        } catch (GuestFileException e) {
            throw Errors.toMigration(e, Kind.FILE);
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
