package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a main stream says, in its order. Blocks are named by their index in the RAM list. A handler overrides what it
 * needs to know.
 */
public interface MainStreamHandler {

    /** A block of the RAM list. */
    record BlockEntry(String name, long length) {
    }

    /** What follows a block's entry in the RAM list of a file, as read. Offsets are the file's (wire-format 7). */
    record Place(int version, long pageSize, long bitmapOffset, long pagesOffset) {
    }

    default void configuration(Configuration configuration) throws IOException {
    }

    default void openReturnPath() throws IOException {
    }

    default void ping(int value) throws IOException {
    }

    /** Other sections came before RAM's START; what they are. Then {@link #ramList}. */
    default void beforeRam(byte[] sections) throws IOException {
    }

    /**
     * In a file: a block of the RAM list and its place, which this call checks. The list goes on behind the block's
     * pages.
     *
     * @param end where the place's header ends in the file
     */
    default void placed(BlockEntry block, Place place, long end) throws IOException {
    }

    default void ramList(List<BlockEntry> blocks) throws IOException {
    }

    /** A zero page that travels on main; a file has none. */
    default void zeroPage(int block, long offset) throws IOException {
    }

    /** A page that travels on main; the buffer holds at least the page, from its position on. A file has none. */
    default void page(int block, long offset, ByteBuffer page) throws IOException {
    }

    /** A mark of the stream's synchronisation rule: every channel has a SYNC for it. */
    default void sync() throws IOException {
    }

    /** The first MULTIFD_FLUSH: these are the marks of this stream. Then {@link #sync}. */
    default void flushRule() throws IOException {
    }

    /** RAM's END section was read, of a stream whose tail is kept. */
    default void ramEnd() throws IOException {
    }

    /** All of the stream before this byte was accepted. A mark is accepted after {@link #sync} has returned. */
    default void accepted(long position) throws IOException {
    }

    /** A piece of what follows RAM was looked at; whether it ends with the VM's description. Then it is accepted. */
    default void tail(boolean whole) throws IOException {
    }
}
