package org.multifd.bench.packet;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.core.internal.ram.RamRuns;

/** What a sending channel does for a packet between its zero page split and the socket. */
final class PathSender implements Rival {

    private final Packets packets;
    private final RamRuns runs;
    private final BufferPayload payload = new BufferPayload();
    private final MultiFDSender sender;

    PathSender(MultiFDMethods method, MultiFDSendParams params, Packets packets) throws MultiFDException {
        this.packets = packets;
        this.runs = new RamRuns(params.pageSize(), params.pageCount(), true);
        this.sender = method.sendSetup(params);
    }

    @Override
    public void piece(int packet) throws MultiFDException {
        payloadOf(packet);
    }

    ByteBuffer payloadOf(int packet) throws MultiFDException {
        long[] offsets = packets.offsets(packet);
        runs.set(packets.block(), offsets, offsets.length);
        payload.reset();
        sender.prepare(runs, payload);
        return payload.finish(runs);
    }

    @Override
    public void close() throws MultiFDException {
        sender.close();
    }
}
