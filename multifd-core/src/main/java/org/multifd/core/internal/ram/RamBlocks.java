package org.multifd.core.internal.ram;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.core.internal.wire.BlockTable;
import org.multifd.core.internal.wire.Text;

/** The RAM blocks of a guest in the main stream's order, all of one page size. */
public final class RamBlocks implements BlockTable {

    private final RamBlock[] blocks;
    private final int pageSize;

    public RamBlocks(List<RamBlock> list) {
        if (list.isEmpty()) {
            throw new IllegalArgumentException("RAM: received no block, expected at least one");
        }
        this.blocks = list.toArray(RamBlock[]::new);
        this.pageSize = blocks[0].pageSize();
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i].pageSize() != pageSize) {
                throw new IllegalArgumentException("RAM block " + Text.quote(blocks[i].name()) + ": received page size "
                        + blocks[i].pageSize() + ", expected " + pageSize + " as the first block's");
            }
            if (byName(blocks[i].name()) < i) {
                throw new IllegalArgumentException("RAM block " + Text.quote(blocks[i].name())
                        + ": received twice, expected once");
            }
        }
    }

    public int count() {
        return blocks.length;
    }

    public RamBlock get(int index) {
        return blocks[index];
    }

    public int pageSize() {
        return pageSize;
    }

    /** The blocks' names, in the main stream's order. */
    public List<String> names() {
        return Stream.of(blocks).map(RamBlock::name).toList();
    }

    /** The bytes of all blocks. */
    public long length() {
        long sum = 0;
        for (RamBlock block : blocks) {
            sum += block.length();
        }
        return sum;
    }

    /** The index of a name, or -1. */
    public int byName(String name) {
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i].name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int find(ByteBuffer buffer, int start, int size) {
        for (int i = 0; i < blocks.length; i++) {
            byte[] name = blocks[i].nameBytes();
            if (name.length < size && buffer.get(start + name.length) == 0 && matches(buffer, start, name)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(ByteBuffer buffer, int start, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (buffer.get(start + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public long usedLength(int block) {
        return blocks[block].length();
    }
}
