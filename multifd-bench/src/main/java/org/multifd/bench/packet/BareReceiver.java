package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.bench.method.BareCodec;

/** A bare codec on the packets' payloads, into memory without gaps. */
final class BareReceiver implements Rival {

    private final BareCodec codec;
    private final Packets packets;
    private final Payloads payloads;
    private final ByteBuffer into;

    /** @param into room for all packets' pages */
    BareReceiver(BareCodec codec, Packets packets, Payloads payloads, ByteBuffer into) {
        this.codec = codec;
        this.packets = packets;
        this.payloads = payloads;
        this.into = into;
    }

    @Override
    public void begin() {
        codec.restart();
        decode(0, payloads.leadIn());
    }

    @Override
    public void piece(int packet) {
        decode(packet, payloads.packets()[packet]);
    }

    private void decode(int packet, ByteBuffer payload) {
        codec.decode(payload, into.clear(), packets.start(packet), packets.bytes(packet));
    }

    @Override
    public void close() {
        codec.close();
    }
}
