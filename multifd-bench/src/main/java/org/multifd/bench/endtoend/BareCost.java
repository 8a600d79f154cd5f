package org.multifd.bench.endtoend;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.method.BareCodec;
import org.multifd.bench.method.MethodLevel;
import org.multifd.bench.packet.Packets;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.wire.PacketHeader;

/** What the bare codec alone costs on a guest's pages: the packets of a part of them, one way and back. */
final class BareCost {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MOST_BYTES = 128 << 20;

    private BareCost() {
    }

    /** Says {@code done} with what a gigabyte comes to: seconds to compress it, the bytes it becomes, seconds back. */
    static void measure(Worker worker, String image, MethodLevel method) throws IOException {
        RamBlock block = GuestImage.load(image, MOST_BYTES);
        Packets packets = new Packets(block, "whole");
        worker.ready("");
        ByteBuffer flat = packets.flat();
        ByteBuffer payload = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);
        ByteBuffer back = ByteBuffer.allocateDirect(PacketHeader.PACKET_BYTES);
        long encode = 0;
        long decode = 0;
        long wire = 0;
        try (BareCodec codec = BareCodec.of(method.method(), method.level())) {
            for (int i = 0; i < packets.count(); i++) {
                long start = THREADS.getCurrentThreadCpuTime();
                int length = codec.encode(flat.clear(), packets.start(i), packets.bytes(i), payload.clear());
                long encoded = THREADS.getCurrentThreadCpuTime();
                codec.decode(payload.slice(0, length), back.clear(), 0, packets.bytes(i));
                decode += THREADS.getCurrentThreadCpuTime() - encoded;
                encode += encoded - start;
                wire += length;
                if (back.clear().slice(0, packets.bytes(i)).mismatch(flat.clear().slice(packets.start(i),
                        packets.bytes(i))) >= 0) {
                    throw new IOException("packet " + i + ": the bare codec's pages differ");
                }
            }
        }
        double gigabytes = packets.bytes() * 1e-9;
        worker.done(Math.round(encode / gigabytes), Math.round(wire / gigabytes), decode * 1e-9 / gigabytes);
    }
}
