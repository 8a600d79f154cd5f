package org.multifd.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.frames.FrameHead;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.snapshot.PageReader;
import org.multifd.core.internal.snapshot.Snapshot;

/**
 * A compressed snapshot: two bytes say how long the payloads are, which follow, and then the index's content without
 * its id. Head, id and the index's checksum are made to fit, since nothing gets past those by chance.
 */
public final class FramesTarget {

    static final int HEADER = 2;
    private static final int PAGE_SIZE = 4096;
    private static final int PAGES = 16;
    private static final int ID_BYTES = 16;
    private static final UUID ID = new UUID(3, 4);
    private static final long HEAP = 4 << 20;
    private static final Path FILE = temporary();
    private static final Seats SEATS = seats();

    private FramesTarget() {
    }

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("multifd-fuzz", ".frames");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Seats seats() {
        Providers providers = new Providers(List.of(), "");
        providers.load();
        return new Seats(providers, Map.of(), 60_000, new Failure());
    }

    /** What {@link #fuzzerTestOneInput} takes for a file. */
    static byte[] input(byte[] file) throws IOException {
        int index = (int) ByteBuffer.wrap(file).getLong(48);
        int content = index + FrameHead.SKIPPABLE_BYTES + ID_BYTES;
        return ByteBuffer.allocate(HEADER + index - FrameHead.BYTES + file.length - content)
                .putShort((short) (index - FrameHead.BYTES)).put(file, FrameHead.BYTES, index - FrameHead.BYTES)
                .put(file, content, file.length - content).array();
    }

    /** Payloads and an index. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > HEADER) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP + 64L * data.length, FramesTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        try {
            write(data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (Snapshot snapshot = Snapshot.open(FILE); PageReader reader = snapshot.reader(SEATS)) {
            ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
            for (int i = 0; i < snapshot.blocks().count(); i++) {
                for (long at = 0; at < Math.min(PAGES, snapshot.blocks().get(i).pages()); at++) {
                    reader.read(i, at * PAGE_SIZE, page.clear());
                }
            }
            snapshot.devices();
            return true;
        } catch (GuestFileException e) {
            Claims.line(e);
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(byte[] data) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(data);
        int payloads = Math.min(in.getShort() & 0xFFFF, in.remaining());
        ByteBuffer content = ByteBuffer.allocate(ID_BYTES + in.remaining() - payloads)
                .putLong(ID.getMostSignificantBits()).putLong(ID.getLeastSignificantBits())
                .put(data, HEADER + payloads, in.remaining() - payloads).flip();
        CRC32C sum = new CRC32C();
        sum.update(content.duplicate());
        long index = FrameHead.BYTES + payloads;
        ByteBuffer header = ByteBuffer.allocate(FrameHead.SKIPPABLE_BYTES);
        FrameHead.putSkippable(header, FrameHead.INDEX_MAGIC, content.limit());
        try (FileChannel file = FileChannel.open(FILE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            file.write(new FrameHead(ID, index + FrameHead.SKIPPABLE_BYTES + content.limit(), index, content.limit(),
                    (int) sum.getValue(), PAGE_SIZE, "zstd", 1).encode(), 0);
            file.write(ByteBuffer.wrap(data, HEADER, payloads), FrameHead.BYTES);
            file.write(header.flip(), index);
            file.write(content, index + FrameHead.SKIPPABLE_BYTES);
        }
    }

    /** The methods of a snapshot that is written. */
    static Seats methods() {
        return SEATS;
    }
}
