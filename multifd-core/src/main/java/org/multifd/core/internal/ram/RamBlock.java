package org.multifd.core.internal.ram;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;

/**
 * A named block of guest memory: direct or mapped segments of equal size (the last may be shorter), each a whole number
 * of pages. Content is read and written by any thread, by absolute positions only.
 */
public final class RamBlock {

    /**
     * The size of the segments we allocate: a buffer's index is an int, and 1 GiB is the largest power of two in it.
     */
    public static final int SEGMENT_BYTES = 1 << 30;

    private final String name;
    private final byte[] nameBytes;
    private final int pageSize;
    private final ByteBuffer[] segments;
    private final long segmentBytes;
    private final long length;
    private FileChannel file;
    private volatile boolean fresh;

    /**
     * @param pageSize 4096, 16384 or 65536
     * @param fresh whether the memory is known to be all zero and nobody else can write it
     * @throws IllegalArgumentException if name or segments are not as described
     */
    public RamBlock(String name, int pageSize, boolean fresh, ByteBuffer... segments) {
        this.name = name;
        this.nameBytes = PacketHeader.blockName(name);
        this.pageSize = Limits.checkPageSize(pageSize);
        this.fresh = fresh;
        if (segments.length == 0) {
            throw refused("received no memory, expected at least one buffer");
        }
        this.segments = new ByteBuffer[segments.length];
        this.segmentBytes = segments[0].remaining();
        long total = 0;
        for (int i = 0; i < segments.length; i++) {
            total += checkSegment(segments, i);
            this.segments[i] = segments[i].slice();
        }
        this.length = total;
    }

    /**
     * An all zero block that is a file from its start on: what goes there first may as well be written to the file.
     *
     * @param segments the file's mapping
     */
    public RamBlock(String name, int pageSize, FileChannel file, ByteBuffer... segments) {
        this(name, pageSize, true, segments);
        this.file = file;
    }

    private RamBlock(String name, int pageSize, long length) {
        this.name = name;
        this.nameBytes = PacketHeader.blockName(name);
        this.pageSize = Limits.checkPageSize(pageSize);
        if (length <= 0 || length % pageSize != 0) {
            throw refused("received " + length + " bytes, expected a positive multiple of the page size " + pageSize);
        }
        this.segments = new ByteBuffer[0];
        this.segmentBytes = length;
        this.length = length;
    }

    /** A block whose pages do not lie in memory: only its shape is known here. */
    public static RamBlock withoutMemory(String name, int pageSize, long length) {
        return new RamBlock(name, pageSize, length);
    }

    private long checkSegment(ByteBuffer[] given, int i) {
        ByteBuffer segment = given[i];
        if (!segment.isDirect()) {
            throw refused("received a heap buffer, expected direct or mapped memory");
        }
        long size = segment.remaining();
        if (size == 0 || size % pageSize != 0) {
            throw refused("received a segment of " + size
                    + " bytes, expected a multiple of the page size " + pageSize);
        }
        if (size > segmentBytes || size < segmentBytes && i < given.length - 1) {
            throw refused("received segment " + i + " of " + size
                    + " bytes, expected " + segmentBytes + " as the first (only the last may be shorter)");
        }
        return size;
    }

    private IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("RAM block " + Text.quote(name) + ": " + why);
    }

    public String name() {
        return name;
    }

    /** The name as it goes into a packet. Not to be changed. */
    public byte[] nameBytes() {
        return nameBytes;
    }

    public int pageSize() {
        return pageSize;
    }

    /** Bytes. */
    public long length() {
        return length;
    }

    public long pages() {
        return length / pageSize;
    }

    public int segments() {
        return segments.length;
    }

    public int segment(long offset) {
        return (int) (offset / segmentBytes);
    }

    public int indexInSegment(long offset) {
        return (int) (offset % segmentBytes);
    }

    /** A view of a segment of its own, position 0, limit its size. */
    public ByteBuffer view(int segment) {
        return segments[segment].duplicate();
    }

    /**
     * Fails as memory does that cannot be used on this thread, closed or another thread's or read-only: a method, which
     * may be native code, is not to find that out.
     */
    void check(int segment, boolean writes) {
        if (writes && segments[segment].isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        segments[segment].get(0);
    }

    /** The file that the memory is, null if it is none. */
    FileChannel file() {
        return file;
    }

    /** Whether the memory is still as fresh as it was made, all zero. Asked once: the asker is going to write it. */
    boolean takeFresh() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    /** Copies bytes out, across segments. */
    public void get(long offset, ByteBuffer dst) {
        while (dst.hasRemaining()) {
            ByteBuffer segment = segments[segment(offset)];
            int index = indexInSegment(offset);
            int n = Math.min(dst.remaining(), segment.capacity() - index);
            dst.put(dst.position(), segment, index, n);
            dst.position(dst.position() + n);
            offset += n;
        }
    }

    /** Copies bytes in, across segments. */
    public void put(long offset, ByteBuffer src) {
        fresh = false;
        while (src.hasRemaining()) {
            ByteBuffer segment = segments[segment(offset)];
            int index = indexInSegment(offset);
            int n = Math.min(src.remaining(), segment.capacity() - index);
            segment.put(index, src, src.position(), n);
            src.position(src.position() + n);
            offset += n;
        }
    }
}
