package org.multifd.core.internal.provider;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDRecvParams;

/** What a receiver's set-up is told of its channel. */
final class RecvParams extends ChannelParams implements MultiFDRecvParams {

    private final ByteBuffer message;

    /** @param message what the sender told, or null */
    RecvParams(MethodUse use, int channel, int pageSize, ByteBuffer message) {
        super(use, channel, pageSize);
        this.message = message;
    }

    @Override
    public ByteBuffer setupMessage() {
        return message == null ? null : message.asReadOnlyBuffer();
    }
}
