package org.multifd.core.internal.frames;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.multifd.core.internal.ram.RamBlocks;

/**
 * Which frame has each page: a number from 1 on, 0 for a page that is zero. Any thread. Takes 4 bytes a page, but only
 * around pages that have a frame: how large a guest is claimed to be costs next to nothing.
 */
public final class PageFrames {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int CHUNK_BITS = 7;
    private static final int CHUNK_PAGES = 1 << CHUNK_BITS;
    /** So many chunks are one group, which is made with its first chunk. */
    private static final int GROUP_BITS = 6;
    private static final int GROUP_CHUNKS = 1 << GROUP_BITS;
    private static final int BITS = CHUNK_BITS + GROUP_BITS;

    /** By block; a group or a chunk that is not there is all zeros. */
    private final List<AtomicReferenceArray<AtomicReferenceArray<int[]>>> groups = new ArrayList<>();

    public PageFrames(RamBlocks blocks) {
        for (int i = 0; i < blocks.count(); i++) {
            groups.add(new AtomicReferenceArray<>(Math.toIntExact((blocks.get(i).pages() >> BITS) + 1)));
        }
    }

    public int get(int block, long page) {
        AtomicReferenceArray<int[]> group = groups.get(block).get((int) (page >> BITS));
        int[] chunk = group == null ? null : group.get(chunkOf(page));
        return chunk == null ? 0 : (int) ELEMENT.getOpaque(chunk, (int) page & CHUNK_PAGES - 1);
    }

    private static int chunkOf(long page) {
        return (int) (page >> CHUNK_BITS) & GROUP_CHUNKS - 1;
    }

    public void set(int block, long page, int frame) {
        if (frame == 0 && get(block, page) == 0) {
            return; // nothing is made for a page that was always zero
        }
        AtomicReferenceArray<AtomicReferenceArray<int[]>> ofBlock = groups.get(block);
        int index = (int) (page >> BITS);
        AtomicReferenceArray<int[]> group = ofBlock.get(index);
        if (group == null) {
            group = made(ofBlock, index, new AtomicReferenceArray<>(GROUP_CHUNKS));
        }
        int[] chunk = group.get(chunkOf(page));
        if (chunk == null) {
            chunk = made(group, chunkOf(page), new int[CHUNK_PAGES]);
        }
        ELEMENT.setOpaque(chunk, (int) page & CHUNK_PAGES - 1, frame);
    }

    private static <T> T made(AtomicReferenceArray<T> in, int index, T candidate) {
        T others = in.compareAndExchange(index, null, candidate);
        return others == null ? candidate : others;
    }
}
