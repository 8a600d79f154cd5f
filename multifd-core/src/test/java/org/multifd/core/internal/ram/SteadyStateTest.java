package org.multifd.core.internal.ram;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/** What a channel does for each packet with its header, runs and pages allocates nothing. */
class SteadyStateTest {

    private static final int PACKETS = 5000;

    private final RamBlock block = new RamBlock("b", 4096, false, ByteBuffer.allocateDirect(256 * 4096),
            ByteBuffer.allocateDirect(256 * 4096));
    private final RamBlocks blocks = new RamBlocks(List.of(block));
    private final PacketHeader header = new PacketHeader(4096);
    private final ByteBuffer wire = ByteBuffer.allocateDirect(header.size());
    private final RamRuns sending = new RamRuns(4096, 128, true);
    private final RamRuns receiving = new RamRuns(4096, 128, false);
    private final ZeroPages zeroPages = new ZeroPages(4096);
    private final ReceivedPages received = new ReceivedPages(blocks);
    private final ByteBuffer copy = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
    private final Random random = new Random(3);

    private void packet() throws WireException {
        int count = 1 + random.nextInt(128);
        for (int i = 0; i < count; i++) {
            header.offsets[i] = i > 0 && random.nextInt(3) > 0 ? (header.offsets[i - 1] + 4096) % block.length()
                    : random.nextInt(512) * 4096L;
        }
        header.flags = 4;
        header.normalPages = count;
        header.zeroPages = 0;
        header.payloadLength = 1;
        header.encode(wire.clear(), block.nameBytes());
        header.decode(wire.flip(), blocks);
        sending.set(block, header.offsets, count);
        sending.copyTo(copy.clear());
        for (int run = 0; run < sending.runs(); run++) {
            sending.buffer(run);
        }
        receiving.set(block, header.offsets, count);
        receiving.copyFrom(copy.flip());
        receiving.buffers();
        received.mark(0, header.offsets, count);
        received.zero(0, header.offsets[0], zeroPages);
    }

    @Test
    void shouldAllocateNothingPerPacket() throws WireException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "this JVM does not count allocation");
        for (int i = 0; i < PACKETS; i++) {
            packet();
        }
        // Views are made once per segment and run: all of them exist after this.
        fillViews();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < PACKETS; i++) {
            packet();
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        // The smallest object has 16 bytes; the measuring itself may cost a few.
        assertTrue(bytes < PACKETS, bytes + " bytes for " + PACKETS + " packets");
    }

    /** Uses every run's view of both segments. */
    private void fillViews() {
        for (int segment = 0; segment < 2; segment++) {
            for (int i = 0; i < 128; i++) {
                header.offsets[i] = (segment * 256L + i * 2) * 4096;
            }
            sending.set(block, header.offsets, 128);
            receiving.set(block, header.offsets, 128);
        }
    }
}
