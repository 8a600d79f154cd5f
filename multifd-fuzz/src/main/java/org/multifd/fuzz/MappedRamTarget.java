package org.multifd.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.snapshot.Snapshot;

/**
 * A mapped-ram file. What matters of one is its start and its end, with pages between that need not be written: two
 * bytes say where the end begins, in KiB, two how long the start is.
 */
public final class MappedRamTarget {

    static final int HEADER = 4;
    private static final int PAGES = 16;
    /** Bitmaps are as large as a file can hold pages for, and this one is not larger than 64 MiB. */
    private static final long HEAP = 4 << 20;
    private static final Path FILE = temporary();

    private MappedRamTarget() {
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("multifd-fuzz", ".snap");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@link #fuzzerTestOneInput} takes for a file. */
    static byte[] input(byte[] start, int endKib, byte[] end) {
        return ByteBuffer.allocate(HEADER + start.length + end.length).putShort((short) endKib)
                .putShort((short) start.length)
                .put(start).put(end).array();
    }

    /** Start and end of a file. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length >= HEADER) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP + 16L * data.length, MappedRamTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        boolean accepted = false;
        ByteBuffer in = ByteBuffer.wrap(data);
        long endAt = (in.getShort() & 0xFFFF) * 1024L;
        int start = Math.min(in.getShort() & 0xFFFF, in.remaining());
        try {
            write(in, start, endAt);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Snapshot snapshot = Snapshot.open(FILE)) {
            PageSource pages = snapshot.source(null, false);
            for (int i = 0; i < snapshot.blocks().count(); i++) {
                read(pages, snapshot.blocks().get(i));
            }
            snapshot.devices();
            accepted = true;
        } catch (GuestFileException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return accepted;
    }

    private static void write(ByteBuffer in, int start, long endAt) throws IOException {
        try (FileChannel file = FileChannel.open(FILE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            file.write(in.slice(HEADER, start), 0);
            file.write(in.slice(HEADER + start, in.remaining() - start), Math.max(start, endAt));
        }
    }

    private static void read(PageSource pages, RamBlock block) throws IOException {
        long[] offset = new long[1];
        for (int page = 0; page < Math.min(PAGES, block.pages()); page++) {
            offset[0] = (long) page * block.pageSize();
            if (!pages.isZero(block, offset[0])) {
                pages.read(block, offset, 1);
            }
        }
    }
}
