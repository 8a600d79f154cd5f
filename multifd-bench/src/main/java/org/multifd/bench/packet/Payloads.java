package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;

/**
 * What a method makes of all packets, as one channel. The first packet goes twice: its first time, the lead-in, pays
 * for whatever a receiver does only once.
 */
record Payloads(ByteBuffer leadIn, ByteBuffer[] packets) {

    static Payloads of(PathSender sender, int packets) throws MultiFDException {
        ByteBuffer leadIn = copy(sender.payloadOf(0));
        ByteBuffer[] all = new ByteBuffer[packets];
        for (int i = 0; i < packets; i++) {
            all[i] = copy(sender.payloadOf(i));
        }
        return new Payloads(leadIn, all);
    }

    private static ByteBuffer copy(ByteBuffer payload) {
        return ByteBuffer.allocateDirect(payload.remaining()).put(payload).asReadOnlyBuffer();
    }

    /** Without the lead-in. */
    long bytes() {
        long sum = 0;
        for (ByteBuffer each : packets) {
            sum += each.capacity();
        }
        return sum;
    }
}
