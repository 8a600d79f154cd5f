package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What a main stream says, in its order. Blocks are named by their index in the RAM list. */
public interface MainStreamHandler {

    /** A block of the RAM list. */
    record BlockEntry(String name, long length) {
    }

    void configuration(Configuration configuration) throws IOException;

    void openReturnPath() throws IOException;

    void ping(int value) throws IOException;

    void ramList(List<BlockEntry> blocks) throws IOException;

    /** Other sections came before RAM's START; what they are. Then {@link #ramList}. */
    default void beforeRam(byte[] sections) throws IOException {
        // who passes them on byte by byte need not know
    }

    /** A zero page that travels on main. */
    void zeroPage(int block, long offset) throws IOException;

    /** A page that travels on main; the buffer holds at least the page, from its position on. */
    void page(int block, long offset, ByteBuffer page) throws IOException;

    /** A mark of the stream's synchronisation rule: every channel has a SYNC for it. */
    void sync() throws IOException;

    /** The first MULTIFD_FLUSH: these are the marks of this stream. Then {@link #sync}. */
    default void flushRule() throws IOException {
        // most need not know
    }

    /** RAM's END section was read, of a stream whose tail is kept. */
    default void ramEnd() throws IOException {
        // most need not know
    }

    /** All of the stream before this byte was accepted. A mark is accepted after {@link #sync} has returned. */
    default void accepted(long position) throws IOException {
        // who keeps the bytes back until then is told
    }

    /** A piece of what follows RAM was looked at; whether it ends with the VM's description. Then it is accepted. */
    default void tail(boolean whole) throws IOException {
        // who passes it on is told
    }
}
