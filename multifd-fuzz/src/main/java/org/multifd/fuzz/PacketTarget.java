package org.multifd.fuzz;

import java.nio.ByteBuffer;
import java.util.List;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.WireException;

/** A channel's init packet, then one packet header behind the other. */
public final class PacketTarget {

    private static final int BLOCKS = 3;
    private static final int LARGEST = 1 << 16;
    private static final long HEAP = 1 << 20;
    private static final ByteBuffer IN = ByteBuffer.allocateDirect(LARGEST);
    private static final ByteBuffer OUT = ByteBuffer.allocateDirect(LARGEST);

    private PacketTarget() {
    }

    /** The first byte chooses the page size. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0 && data.length <= LARGEST) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP, PacketTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        boolean accepted = false;
        int pageSize = 4096 << 2 * Math.floorMod(data[0], BLOCKS);
        RamBlocks blocks = new RamBlocks(List.of(RamBlock.withoutMemory("pc.ram", pageSize, 65536L * pageSize),
                RamBlock.withoutMemory("pc.bios", pageSize, pageSize), RamBlock.withoutMemory("huge", pageSize,
                1L << 50)));
        PacketHeader header = new PacketHeader(pageSize);
        IN.clear().put(data, 1, data.length - 1).flip();
        try {
            if (IN.remaining() >= InitPacket.SIZE) {
                init();
            }
            while (IN.remaining() >= header.size()) {
                header.decode(IN, blocks);
                check(header, blocks, pageSize);
            }
            accepted = true;
        } catch (WireException e) {
            Claims.line(e);
        }
        return accepted;
    }

    private static void init() throws WireException {
        InitPacket init = InitPacket.decode(IN);
        init.encode(OUT.clear());
        Claims.hold(InitPacket.decode(OUT.flip()).equals(init), "init packet: read back as another one: " + init);
    }

    private static void check(PacketHeader header, RamBlocks blocks, int pageSize) throws WireException {
        Claims.hold(header.normalPages >= 0 && header.zeroPages >= 0
                && header.pages() <= PacketHeader.pageCount(pageSize),
                "pages: " + header.normalPages + " and " + header.zeroPages);
        Claims.hold(header.payloadLength >= 0 && header.payloadLength <= PacketHeader.PAYLOAD_LIMIT
                && (header.payloadLength > 0) == (header.normalPages > 0), "payload: " + header.payloadLength);
        for (int i = 0; i < header.pages(); i++) {
            long offset = header.offsets[i];
            Claims.hold(offset >= 0 && offset % pageSize == 0 && offset <= blocks.usedLength(header.block) - pageSize,
                    "offset: " + offset);
        }
        if (header.pages() > 0) {
            int flags = header.flags;
            header.encode(OUT.clear(), blocks.get(header.block).nameBytes());
            header.decode(OUT.flip(), blocks);
            Claims.hold(header.flags == flags, "flags: read back as others");
        }
    }
}
