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

    /** By block; a chunk that is not there is all zeros. */
    private final List<AtomicReferenceArray<int[]>> chunks = new ArrayList<>();

    public PageFrames(RamBlocks blocks) {
        for (int i = 0; i < blocks.count(); i++) {
            long pages = blocks.get(i).pages();
            chunks.add(new AtomicReferenceArray<>(Math.toIntExact((pages + CHUNK_PAGES - 1) >> CHUNK_BITS)));
        }
    }

    public int get(int block, long page) {
        int[] chunk = chunks.get(block).get((int) (page >> CHUNK_BITS));
        return chunk == null ? 0 : (int) ELEMENT.getOpaque(chunk, (int) page & CHUNK_PAGES - 1);
    }

    public void set(int block, long page, int frame) {
        AtomicReferenceArray<int[]> ofBlock = chunks.get(block);
        int index = (int) (page >> CHUNK_BITS);
        int[] chunk = ofBlock.get(index);
        if (chunk == null) {
            if (frame == 0) {
                return;
            }
            int[] made = new int[CHUNK_PAGES];
            int[] others = ofBlock.compareAndExchange(index, null, made);
            chunk = others == null ? made : others;
        }
        ELEMENT.setOpaque(chunk, (int) page & CHUNK_PAGES - 1, frame);
    }
}
