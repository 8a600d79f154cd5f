package org.multifd.core.internal.stream;

import org.multifd.core.internal.wire.WireException;

/**
 * Tells where what follows RAM ends: behind sections without a length, where the VM's description, a JSON object of a
 * told length, is complete. Keeps nothing of what passes. How the bytes are cut makes no difference.
 */
final class TailEnd {

    /**
     * Before the description's brace: end of file, a type and a length, behind a section's footer unless there is none.
     */
    static final int DESCRIPTION_HEADER = 6;
    private static final int FOOTER_AND_HEADER = 11;
    private static final int DESCRIPTION_LIMIT = 16 * 1024 * 1024;

    /** So many places at once may look like the description's start: it bounds the work that a hostile stream makes. */
    private static final int CANDIDATE_LIMIT = 16;

    private final JsonObject[] objects = new JsonObject[CANDIDATE_LIMIT];
    private final long[] ends = new long[CANDIDATE_LIMIT];
    private int candidates;
    private long nextEnd = Long.MAX_VALUE;
    private long size;
    /** The last eight bytes, and the four before them. */
    private long last;
    private int before;

    /** The next byte; whether a description ends with it. */
    boolean add(byte next) throws WireException {
        for (int i = 0; i < candidates; i++) {
            objects[i].add(next);
        }
        if (next == '{' && followsAHeader()) {
            addCandidate();
        }
        before = before << Byte.SIZE | (int) (last >>> Long.SIZE - Byte.SIZE);
        last = last << Byte.SIZE | next & 0xFF;
        size++;
        return size == nextEnd && isComplete();
    }

    private boolean followsAHeader() {
        boolean header = size >= DESCRIPTION_HEADER && byteBefore(DESCRIPTION_HEADER) == Qevm.EOF
                && byteBefore(DESCRIPTION_HEADER - 1) == Qevm.VMDESCRIPTION;
        boolean footer = size == DESCRIPTION_HEADER
                || size >= FOOTER_AND_HEADER && (before >>> FOOTER_AND_HEADER * Byte.SIZE - Long.SIZE
                - Byte.SIZE & 0xFF) == Qevm.FOOTER;
        int length = (int) last;
        return header && footer && length >= 2 && length <= DESCRIPTION_LIMIT;
    }

    private int byteBefore(int distance) {
        return (int) (last >>> (distance - 1) * Byte.SIZE & 0xFF);
    }

    private void addCandidate() throws WireException {
        if (candidates == CANDIDATE_LIMIT) {
            throw new WireException("device state: received more than " + CANDIDATE_LIMIT
                    + " places at once that look like the VM description, expected one");
        }
        objects[candidates] = new JsonObject();
        objects[candidates].add((byte) '{');
        ends[candidates] = size + (int) last;
        nextEnd = Math.min(nextEnd, ends[candidates]);
        candidates++;
    }

    /** Drops the candidates that should end here and are none. */
    private boolean isComplete() {
        boolean complete = false;
        int left = 0;
        nextEnd = Long.MAX_VALUE;
        for (int i = 0; i < candidates; i++) {
            if (ends[i] == size) {
                complete |= objects[i].isWhole();
            } else {
                objects[left] = objects[i];
                ends[left++] = ends[i];
                nextEnd = Math.min(nextEnd, ends[i]);
            }
        }
        candidates = left;
        return complete;
    }
}
