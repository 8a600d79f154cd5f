package org.multifd.bench.packet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.method.BareCodec;
import org.multifd.bench.method.BenchParams;
import org.multifd.core.internal.ram.RamBlock;

/**
 * A method's packet path and its bare codec, ready to be timed in one direction. Before that, all packets go there and
 * back once each way, and the pages that arrive are compared; what was received while timed is compared again by
 * {@link #check}.
 */
final class Duel {

    /** Which way the packets go. */
    enum Direction { SEND, RECEIVE }

    static final int PATH = 0;
    static final int BARE = 1;

    /** Some milliseconds of the codecs' time: long beside a clock reading, short beside what disturbs a machine. */
    private static final int PACKETS_PER_TURN = 8;

    private final Packets packets;
    private final Payloads payloads;
    private final RamBlock arrived;
    private final ByteBuffer bareArrived;
    private final Turns turns;

    Duel(String methodName, int level, Direction direction, Packets packets) throws MultiFDException, IOException {
        this.packets = packets;
        MultiFDMethods method = BenchParams.find(methodName);
        BenchParams params = new BenchParams(method, level);
        int bareLevel = method.parameters().isEmpty() ? 0 : params.parameter(method.parameters().get(0).name());
        arrived = new RamBlock("arrived", GuestImage.PAGE_SIZE, false,
                ByteBuffer.allocateDirect(Math.toIntExact(packets.block().length())));
        bareArrived = ByteBuffer.allocateDirect(packets.bytes());

        PathSender sender = new PathSender(method, params, packets);
        payloads = Payloads.of(sender, packets.count());
        PathReceiver receiver = new PathReceiver(method, params, packets, payloads, arrived);
        BareSender bareSender = new BareSender(BareCodec.of(methodName, bareLevel), packets);
        BareReceiver bareReceiver = new BareReceiver(BareCodec.of(methodName, bareLevel), packets, payloads,
                bareArrived);
        passUntimed(receiver);
        passUntimed(bareReceiver);
        check();
        if (direction == Direction.SEND) {
            receiver.close();
            bareReceiver.close();
            turns = new Turns(packets.count(), PACKETS_PER_TURN, sender, bareSender);
        } else {
            sender.close();
            bareSender.close();
            turns = new Turns(packets.count(), PACKETS_PER_TURN, receiver, bareReceiver);
        }
    }

    private void passUntimed(Rival rival) throws MultiFDException, IOException {
        rival.begin();
        for (int i = 0; i < packets.count(); i++) {
            rival.piece(i);
        }
    }

    /**
     * Compares what arrived last with what was sent.
     *
     * @throws IllegalStateException if anything differs
     */
    void check() {
        packets.demandIdentical(arrived);
        packets.demandIdentical(bareArrived);
    }

    Turns turns() {
        return turns;
    }

    Packets packets() {
        return packets;
    }

    Payloads payloads() {
        return payloads;
    }

    void close() throws MultiFDException {
        turns.close();
    }
}
