package org.multifd.core.internal.provider;

import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDParams;
import org.multifd.api.ParameterValues;
import org.multifd.api.SharedMaker;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;

/** What a method's set-up is told of its channel in either direction: QEMU's packet size and payload limit. */
abstract class ChannelParams implements MultiFDParams {

    private final MethodUse use;
    private final int channel;
    private final int pageSize;

    /**
     * @param channel 0-based
     * @param pageSize bytes: 4096, 16384 or 65536
     */
    ChannelParams(MethodUse use, int channel, int pageSize) {
        if (channel < 0 || channel >= Limits.CHANNELS) {
            throw new IllegalArgumentException("channel: received " + channel + ", expected 0.."
                    + (Limits.CHANNELS - 1));
        }
        this.use = use;
        this.channel = channel;
        this.pageSize = Limits.checkPageSize(pageSize);
    }

    final MethodUse use() {
        return use;
    }

    @Override
    public final int channel() {
        return channel;
    }

    @Override
    public final int pageSize() {
        return pageSize;
    }

    @Override
    public final int pageCount() {
        return PacketHeader.pageCount(pageSize);
    }

    @Override
    public final int payloadLimit() {
        return PacketHeader.PAYLOAD_LIMIT;
    }

    @Override
    public final boolean standalone() {
        return use.standalone();
    }

    @Override
    public final <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        return use.scope().shared(type, maker);
    }

    @Override
    public final ParameterValues values() {
        return use.values();
    }
}
