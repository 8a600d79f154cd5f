package org.multifd.provider.lz4;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one packet's pages, given back by a channel's close and taken by the next set-up. The garbage
 * collector alone frees a direct buffer's memory: reused, it cannot pile up while nothing makes the collector run.
 * Arrays would need no such care, but lz4-java compresses an array inside a JNI critical section, which holds up every
 * collection meanwhile.
 */
final class PacketBuffers {

    /** Enough for the usual number of channels; what exceeds it is left to the collector. */
    private static final int MOST_KEPT = 16;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(MOST_KEPT);
    private boolean released;

    ByteBuffer take(int bytes) {
        synchronized (free) {
            ByteBuffer buffer = free.poll();
            if (buffer != null && buffer.capacity() >= bytes) {
                return buffer;
            }
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    void giveBack(ByteBuffer buffer) {
        synchronized (free) {
            if (!released && free.size() < MOST_KEPT) {
                free.push(buffer);
            }
        }
    }

    /** Keeps none any more. */
    void release() {
        synchronized (free) {
            released = true;
            free.clear();
        }
    }
}
