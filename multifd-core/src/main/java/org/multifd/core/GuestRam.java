package org.multifd.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;

/**
 * A guest's RAM: named blocks of off-heap memory, all of one page size. A block may be larger than 2 GiB; then it lies
 * in several segments.
 *
 * <p>The memory stays the embedding program's: it is read while a migration sends it and written while one receives it,
 * by several threads, and must stay valid until that migration has returned. This object itself never changes and is
 * safe for use by several threads; whether the bytes are is for those who write them to see to.
 */
public final class GuestRam {

    private final RamBlocks blocks;

    private GuestRam(List<RamBlock> blocks) {
        this.blocks = new RamBlocks(blocks);
    }

    /**
     * Starts a description of RAM.
     *
     * @param pageSize the guest's page size in bytes: 4096, 16384 or 65536
     * @return a builder without blocks
     * @throws IllegalArgumentException if it is another size
     */
    public static Builder builder(int pageSize) {
        return new Builder(Limits.checkPageSize(pageSize));
    }

    /** Collects the blocks of a {@link GuestRam}, in the order in which the main stream lists them. One thread's. */
    public static final class Builder {

        /** Whether a file's mapping shows at once what is written to the file, which Java leaves to the system. */
        private static final boolean ONE_CACHE = System.getProperty("os.name").equals("Linux");

        private final int pageSize;
        private final List<RamBlock> list = new ArrayList<>();

        private Builder(int pageSize) {
            this.pageSize = pageSize;
        }

        /**
         * Adds a block over memory that the program supplies, with the content it has.
         *
         * @param name unique, 1..255 bytes in UTF-8, without NUL
         * @param segments direct or mapped buffers, position to limit: each a multiple of the page size, all as long as
         *     the first but for the last, which may be shorter
         * @return this
         * @throws IllegalArgumentException if name or memory are not as described
         */
        public Builder block(String name, ByteBuffer... segments) {
            list.add(new RamBlock(Objects.requireNonNull(name, "name"), pageSize, false, segments));
            return this;
        }

        /**
         * Adds a block over memory that the program supplies and that is all zero: memory fresh from the operating
         * system, such as a new sparse file's mapping. Pages that arrive as zero are not even read there, so that
         * memory which was never touched stays so.
         *
         * @param name as above
         * @param segments as above; nobody else writes them before the migration has returned
         * @return this
         * @throws IllegalArgumentException if name or memory are not as described
         */
        public Builder freshBlock(String name, ByteBuffer... segments) {
            list.add(new RamBlock(Objects.requireNonNull(name, "name"), pageSize, true, segments));
            return this;
        }

        /**
         * Adds a block that is a new file's memory, as {@code /dev/shm/NAME} that another process maps, too. The file
         * is made as long as the block, sparse, and mapped. Of all destinations this one costs least: what arrives
         * first is written to the file, for which the kernel neither clears memory nor takes a fault for each page;
         * without space the migration fails with kind {@code FILE}. The file is closed with the last reference to the
         * RAM, and never removed.
         *
         * @param name as above
         * @param file none yet, or an empty one; a new one is its owner's and group's only, as the umask has it; nobody
         *     else writes it before the migration has returned
         * @param length bytes, a positive multiple of the page size
         * @return this
         * @throws IllegalArgumentException if name or length are not as described
         * @throws MigrationException of kind {@code FILE} if the file cannot be made or mapped, or is not empty
         */
        public Builder freshBlock(String name, Path file, long length) throws MigrationException {
            ByteBuffer[] segments = new ByteBuffer[segments(name, length)];
            PacketHeader.blockName(name);
            String where = "RAM block " + Text.quote(name) + ": ";
            FileChannel channel = null;
            boolean made = false;
            try {
                try {
                    channel = GuestFile.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
                    made = true;
                } catch (FileAlreadyExistsException e) {
                    channel = GuestFile.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                }
                if (channel.size() != 0) {
                    throw new IOException("received a file of " + channel.size()
                            + " bytes, expected a new or an empty one");
                }
                for (int i = 0; i < segments.length; i++) {
                    segments[i] = channel.map(MapMode.READ_WRITE, (long) i * RamBlock.SEGMENT_BYTES,
                            segment(length, i));
                }
            } catch (IOException | UnsupportedOperationException e) {
                close(channel, made ? file : null);
                throw new MigrationException(MigrationException.Kind.FILE, where + file + ": "
                        + GuestFile.reason(e, "there is no such directory; make it first"), e);
            }
            list.add(ONE_CACHE ? new RamBlock(name, pageSize, channel, segments)
                    : new RamBlock(name, pageSize, true, segments));
            return this;
        }

        /** @param made removed again; may be null */
        private static void close(FileChannel channel, Path made) {
            try {
                if (channel != null) {
                    channel.close();
                    if (made != null) {
                        Files.delete(made);
                    }
                }
            } catch (IOException e) {
                // What is left of it is empty or nothing; why there is no block is said.
            }
        }

        /**
         * Adds a block of fresh zeroed memory, allocated directly in segments of at most 1 GiB. It is freed with the
         * last reference to the RAM and counts against {@code -XX:MaxDirectMemorySize}.
         *
         * @param name as above
         * @param length bytes, a positive multiple of the page size
         * @return this
         * @throws IllegalArgumentException if name or length are not as described
         */
        public Builder block(String name, long length) {
            ByteBuffer[] segments = new ByteBuffer[segments(name, length)];
            for (int i = 0; i < segments.length; i++) {
                segments[i] = ByteBuffer.allocateDirect(segment(length, i));
            }
            list.add(new RamBlock(name, pageSize, true, segments));
            return this;
        }

        private int segments(String name, long length) {
            Objects.requireNonNull(name, "name");
            if (length <= 0 || length % pageSize != 0) {
                throw new IllegalArgumentException("RAM block " + Text.quote(name) + ": received " + length
                        + " bytes, expected a positive multiple of the page size " + pageSize);
            }
            return Math.toIntExact((length + RamBlock.SEGMENT_BYTES - 1) / RamBlock.SEGMENT_BYTES);
        }

        private static int segment(long length, int index) {
            return (int) Math.min(length - (long) index * RamBlock.SEGMENT_BYTES, RamBlock.SEGMENT_BYTES);
        }

        /**
         * The RAM described so far.
         *
         * @return RAM of at least one block
         * @throws IllegalArgumentException if there is no block, or two of one name
         */
        public GuestRam build() {
            return new GuestRam(list);
        }
    }

    /** {@return the guest's page size in bytes} */
    public int pageSize() {
        return blocks.pageSize();
    }

    /** {@return the blocks' names, at least one, in the main stream's order} */
    public List<String> blocks() {
        return blocks.names();
    }

    /** {@return the length of all blocks together in bytes} */
    public long length() {
        return blocks.length();
    }

    /**
     * A block's length.
     *
     * @param block its name
     * @return bytes
     * @throws IllegalArgumentException if there is no such block
     */
    public long length(String block) {
        return find(block).length();
    }

    /**
     * Copies bytes out of a block.
     *
     * @param block its name
     * @param offset bytes from the block's start
     * @param into filled up to its limit
     * @throws IllegalArgumentException if there is no such block
     * @throws IndexOutOfBoundsException if the block does not have these bytes
     */
    public void read(String block, long offset, ByteBuffer into) {
        RamBlock found = find(block);
        Objects.checkFromIndexSize(offset, into.remaining(), found.length());
        found.get(offset, into);
    }

    /**
     * Copies bytes into a block. A guest that is being migrated marks its {@link DirtyLog} after it.
     *
     * @param block its name
     * @param offset bytes from the block's start
     * @param from written up to its limit
     * @throws IllegalArgumentException if there is no such block
     * @throws IndexOutOfBoundsException if the block does not have these bytes
     */
    public void write(String block, long offset, ByteBuffer from) {
        RamBlock found = find(block);
        Objects.checkFromIndexSize(offset, from.remaining(), found.length());
        found.put(offset, from);
    }

    private RamBlock find(String block) {
        int index = blocks.byName(block);
        if (index < 0) {
            throw new IllegalArgumentException("RAM block: received " + block + ", expected one of " + blocks());
        }
        return blocks.get(index);
    }

    RamBlocks ramBlocks() {
        return blocks;
    }
}
