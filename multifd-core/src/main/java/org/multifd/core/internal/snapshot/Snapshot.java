package org.multifd.core.internal.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceSection;
import org.multifd.core.internal.stream.DeviceSections;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * A guest in a file, open for reading: everything but its pages is in memory and checked. What it says can be asked,
 * and pages be read, by any thread.
 */
public sealed interface Snapshot extends AutoCloseable permits MappedRamSnapshot, FrameSnapshot {

    /** The capability that says that a stream is a mapped-ram file; it must not go out on a socket. */
    String CAPABILITY = MappedRamStream.CAPABILITY;

    /** The method of a file whose pages lie in it as they are. */
    String NONE = "none";

    Path path();

    /** The file's length. */
    long fileBytes();

    Configuration configuration();

    /** The shapes of the blocks: their pages are in the file. */
    RamBlocks blocks();

    /** What the stream has of RAM's sections. */
    RamSections sections();

    /** What follows RAM, as it is; not to be changed. */
    byte[] tail();

    /** Where in the file the snapshot ends; what follows is not looked at. */
    long endOfStream();

    /** Where in the file the tail is. */
    long tailOffset();

    /** How many bytes the file has of pages that came again or turned zero; 0 where they are written over. */
    long deadBytes();

    /** All pages once, in the order that suits the file; null for their order in memory. */
    SendChannels.Round round();

    /** The method that its pages are compressed with. */
    String method();

    /** The version of the method's own format. */
    default int formatVersion() {
        return 1;
    }

    /** Whether the file has a page; otherwise it is zero. */
    boolean isPresent(int block, long offset);

    /** How many pages of a block the file has. */
    long presentPages(int block);

    /**
     * One thread's way to the pages, to send them.
     *
     * @param seats where the file's method comes from
     * @param unread whether pages are to leave without being read, where they lie as they are
     */
    PageSource source(Seats seats, boolean unread);

    /**
     * One thread's way to bring the pages to where they belong.
     *
     * @param seats where the file's method comes from
     * @param target its blocks are the snapshot's, in the same order
     */
    StretchWorker loader(Seats seats, PageTarget target);

    /**
     * One thread's way to single pages.
     *
     * @param seats where the file's method comes from
     */
    PageReader reader(Seats seats);

    @Override
    void close();

    /** As {@link #open(Path, long)}, from the file's beginning. */
    static Snapshot open(Path path) throws GuestFileException {
        return open(path, 0);
    }

    /**
     * Opens a file and reads everything but its pages. What is before the offset is not looked at. A head of libvirt's
     * at the offset is passed over.
     *
     * @throws GuestFileException if it is no snapshot, or not a whole one: the message says what and where
     */
    static Snapshot open(Path path, long offset) throws GuestFileException {
        FileChannel file = null;
        Snapshot opened = null;
        try {
            if (!Files.isRegularFile(path)) {
                throw new GuestFileException(path + ": " + (Files.exists(path) ? "is no regular file"
                        : "there is no such file") + ", expected a mapped-ram snapshot");
            }
            file = FileChannel.open(path, StandardOpenOption.READ);
            if (file.size() <= offset) {
                throw new GuestFileException(path + ": " + (offset == 0 ? "the file is empty, expected a mapped-ram "
                        + "snapshot" : "the file has " + file.size() + " bytes, expected a mapped-ram snapshot at "
                        + "offset " + offset + " of it; give its own offset"));
            }
            long start = LibvirtImage.behindHead(path, file, offset);
            opened = FrameSnapshot.isOne(file, start) ? FrameSnapshot.read(path, file, start)
                    : MappedRamSnapshot.read(path, file.position(start));
            return opened;
        } catch (GuestFileException e) {
            throw e;
        } catch (WireException | EOFException e) {
            String place = path + ": ";
            throw new GuestFileException(e.getMessage().startsWith(place) ? e.getMessage() : place + e.getMessage(), e);
        } catch (IOException e) {
            throw FileReading.failed(path, "cannot be read", e);
        } finally {
            if (opened == null && file != null) {
                FileReading.close(file);
            }
        }
    }

    /** The configuration of the same guest in a stream whose pages have no places in a file. */
    static Configuration withoutPlaces(Configuration configuration) {
        return configuration == null ? null : configuration.with(configuration.capabilities().stream()
                .filter(each -> !each.equals(CAPABILITY)).toList());
    }

    /** The devices' sections behind RAM. Throws if they are not as the VM's description says. */
    default List<DeviceSection> devices() throws GuestFileException {
        try {
            return DeviceSections.of(tail(), tailOffset(), sections().early());
        } catch (WireException e) {
            throw new GuestFileException(path() + ": " + Text.reason(e), e);
        }
    }
}
