package org.multifd.bench.packet;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;

/** What a receiving channel does for a packet between the socket and the mark that its pages have arrived. */
final class PathReceiver implements Rival {

    private final MultiFDMethods method;
    private final MultiFDRecvParams params;
    private final Packets packets;
    private final Payloads payloads;
    private final RamBlock into;
    private final RamRuns runs;
    private final BufferPayloadSource source = new BufferPayloadSource();
    private MultiFDReceiver receiver;

    PathReceiver(MultiFDMethods method, MultiFDRecvParams params, Packets packets, Payloads payloads, RamBlock into) {
        this.method = method;
        this.params = params;
        this.packets = packets;
        this.payloads = payloads;
        this.into = into;
        this.runs = new RamRuns(params.pageSize(), params.pageCount(), false);
    }

    /** The payloads are one channel's whole life: a second time they are another channel's. */
    @Override
    public void begin() throws MultiFDException, IOException {
        close();
        receiver = method.recvSetup(params);
        receive(0, payloads.leadIn());
    }

    @Override
    public void piece(int packet) throws MultiFDException, IOException {
        receive(packet, payloads.packets()[packet]);
    }

    private void receive(int packet, ByteBuffer payload) throws MultiFDException, IOException {
        long[] offsets = packets.offsets(packet);
        runs.set(into, offsets, offsets.length);
        source.reset(payload);
        receiver.recv(runs, source);
        source.checkConsumed();
    }

    @Override
    public void close() {
        if (receiver != null) {
            receiver.close();
            receiver = null;
        }
    }
}
