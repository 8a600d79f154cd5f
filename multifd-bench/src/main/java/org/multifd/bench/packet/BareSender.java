package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.bench.method.BareCodec;
import org.multifd.core.internal.wire.PacketHeader;

/** A bare codec on the packets' bytes without gaps. */
final class BareSender implements Rival {

    private final BareCodec codec;
    private final Packets packets;
    private final ByteBuffer from;
    private final ByteBuffer to = ByteBuffer.allocateDirect(PacketHeader.PAYLOAD_LIMIT);

    BareSender(BareCodec codec, Packets packets) {
        this.codec = codec;
        this.packets = packets;
        this.from = packets.flat();
    }

    @Override
    public void piece(int packet) {
        encode(packet);
    }

    /** @return the encoded bytes, position to limit; the same buffer each time */
    ByteBuffer encode(int packet) {
        int length = codec.encode(from.clear(), packets.start(packet), packets.bytes(packet), to.clear());
        return to.position(0).limit(length);
    }

    @Override
    public void close() {
        codec.close();
    }
}
