package org.multifd.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSender;
import org.multifd.api.Payload;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** Packets that a method's own sending side makes, small ones. */
final class Sending implements Payload {

    private static final int PAGE_SIZE = Receiving.PAGE_SIZE;
    private static final int MOST = 8;

    private final MultiFDMethods method;
    private final ByteBuffer payload = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
    private final RamBlock block = new RamBlock("seed", PAGE_SIZE, false, ByteBuffer.allocateDirect(MOST * PAGE_SIZE));
    private final RamRuns runs = new RamRuns(PAGE_SIZE, Receiving.PAGE_COUNT, true);
    private boolean pages;

    private Sending(MultiFDMethods method) {
        this.method = method;
    }

    /** One channel of some packets, and each of these alone. */
    static List<byte[]> packets(String name) throws MultiFDException {
        List<byte[]> list = new ArrayList<>();
        for (int[] sizes : new int[][] {{1}, {2}, {MOST}, {1, 3, 2}}) {
            try {
                list.add(new Sending(MethodRegistry.load().find(name)).channel(sizes));
            } catch (MigrationException e) {
                throw new IllegalStateException(e);
            }
        }
        return list;
    }

    private byte[] channel(int... sizes) throws MultiFDException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SplittableRandom random = new SplittableRandom(3);
        try (MultiFDSender sender = method.sendSetup(new Params(method))) {
            for (int count : sizes) {
                fill(random);
                long[] offsets = new long[count];
                for (int i = 0; i < count; i++) {
                    offsets[i] = (long) i * PAGE_SIZE;
                }
                runs.set(block, offsets, count);
                payload.clear();
                pages = false;
                sender.prepare(runs, this);
                if (pages) {
                    runs.copyTo(payload);
                }
                byte[] bytes = new byte[payload.flip().remaining()];
                payload.get(bytes);
                Seeds.packet(out, count - 1 | (count == 2 ? Receiving.APART : 0), bytes, 0, bytes.length);
            }
        }
        return out.toByteArray();
    }

    /** Something to find again, and something that is not. */
    private void fill(SplittableRandom random) {
        ByteBuffer page = ByteBuffer.allocate(PAGE_SIZE);
        for (int i = 0; i < MOST; i++) {
            page.clear();
            while (page.hasRemaining()) {
                page.putLong(page.position() < 64 ? random.nextLong() : 0x2061207061676520L + random.nextInt(3));
            }
            block.put((long) i * PAGE_SIZE, page.flip());
        }
    }

    @Override
    public ByteBuffer buffer() {
        return payload;
    }

    @Override
    public void appendPages() {
        pages = true;
    }
}
