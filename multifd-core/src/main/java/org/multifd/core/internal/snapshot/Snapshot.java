package org.multifd.core.internal.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.multifd.core.internal.ram.FileWay;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceSection;
import org.multifd.core.internal.stream.DeviceSections;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.MappedRamStream;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/**
 * A mapped-ram file, open for reading: everything but its pages is in memory and checked. Pages are read by position,
 * by any thread.
 *
 * @param fileBytes the file's length
 * @param placed the blocks with their places
 * @param blocks the same blocks: shapes only, as the pages are in the file
 * @param sections what the stream has of RAM's sections
 * @param tail what follows RAM, as it is; not to be changed
 * @param endOfStream where in the file the stream ends; what follows is not looked at
 */
public record Snapshot(Path path, FileChannel file, long fileBytes, Configuration configuration,
        List<PlacedBlock> placed, RamBlocks blocks, RamSections sections, byte[] tail, long endOfStream)
        implements AutoCloseable {

    /** The capability that says that a stream is such a file; it must not go out on a socket. */
    public static final String CAPABILITY = MappedRamStream.CAPABILITY;

    private static final int PAGE_SIZE_UNKNOWN = 0;

    /** As {@link #open(Path, long)}, from the file's beginning. */
    public static Snapshot open(Path path) throws GuestFileException {
        return open(path, 0);
    }

    /**
     * Opens a file and reads everything but its pages. What is before the offset is not looked at.
     *
     * @throws GuestFileException if it is no mapped-ram file, or not a whole one: the message says what and where
     */
    public static Snapshot open(Path path, long offset) throws GuestFileException {
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
            opened = read(path, file.position(offset));
            return opened;
        } catch (GuestFileException e) {
            throw e;
        } catch (WireException | EOFException e) {
            String place = path + ": ";
            throw new GuestFileException(e.getMessage().startsWith(place) ? e.getMessage() : place + e.getMessage(), e);
        } catch (IOException e) {
            throw failed(path, "cannot be read", e);
        } finally {
            if (opened == null && file != null) {
                close(file);
            }
        }
    }

    private static Snapshot read(Path path, FileChannel file) throws IOException {
        long fileBytes = file.size();
        SnapshotHandler handler = new SnapshotHandler(path, file, fileBytes);
        MainStreamReader reader = new MainStreamReader(file, path.toString(), PAGE_SIZE_UNKNOWN, DeviceTail.TAIL_LIMIT,
                handler);
        byte[] tail = reader.read();
        List<PlacedBlock> placed = handler.blocks();
        return new Snapshot(path, file, fileBytes, handler.configuration(), placed,
                new RamBlocks(placed.stream().map(PlacedBlock::block).toList()), reader.ramSections(), tail,
                reader.tailStart() + tail.length);
    }

    static GuestFileException failed(Path path, String what, IOException e) {
        return new GuestFileException(path + ": " + what + ": " + GuestFile.reason(e, "there is no such file"), e);
    }

    /** The devices' sections behind RAM. Throws if they are not as the VM's description says. */
    public List<DeviceSection> devices() throws GuestFileException {
        try {
            return DeviceSections.of(tail, endOfStream - tail.length, sections.early());
        } catch (WireException e) {
            throw new GuestFileException(path + ": " + Text.reason(e), e);
        }
    }

    /** The block of this shape. */
    PlacedBlock placed(RamBlock block) {
        for (PlacedBlock each : placed) {
            if (each.block() == block) {
                return each;
            }
        }
        throw new IllegalArgumentException("RAM block " + Text.quote(block.name())
                + ": received one of another snapshot");
    }

    /** Fills the buffer from a position on. Any thread. */
    void read(ByteBuffer into, long position) throws GuestFileException {
        readFully(path, file, into, position);
    }

    /** Has these bytes go somewhere unread. Any thread. */
    void transfer(long position, long count, FileWay to) throws IOException {
        if (file.size() < position + count) {
            throw new GuestFileException(path + ": the file ends at byte " + file.size() + ", expected at least "
                    + (position + count) + "; it was cut since it was opened");
        }
        to.transfer(file, position, count);
    }

    static void readFully(Path path, FileChannel file, ByteBuffer into, long position) throws GuestFileException {
        long at = position;
        try {
            while (into.hasRemaining()) {
                int n = file.read(into, at);
                if (n < 0) {
                    throw new GuestFileException(path + ": the file ends at byte " + at + ", expected "
                            + into.remaining() + " bytes more; it was cut since it was opened");
                }
                at += n;
            }
        } catch (GuestFileException e) {
            throw e;
        } catch (IOException e) {
            throw failed(path, "cannot be read at byte " + at, e);
        }
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read; nothing can be lost.
        }
    }

    @Override
    public void close() {
        close(file);
    }
}
