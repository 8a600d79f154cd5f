package org.multifd.fuzz;

import java.util.Map;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.ParameterValues;
import org.multifd.core.internal.wire.PacketHeader;

/** A channel's, with the method's parameters at their defaults. */
record Params(MultiFDMethods method) implements MultiFDSendParams, MultiFDRecvParams {

    @Override
    public int channel() {
        return 0;
    }

    @Override
    public int pageSize() {
        return Receiving.PAGE_SIZE;
    }

    @Override
    public int pageCount() {
        return Receiving.PAGE_COUNT;
    }

    @Override
    public int payloadLimit() {
        return PacketHeader.PAYLOAD_LIMIT;
    }

    @Override
    public ParameterValues values() {
        return ParameterValues.of(method.parameters(), Map.of());
    }
}
