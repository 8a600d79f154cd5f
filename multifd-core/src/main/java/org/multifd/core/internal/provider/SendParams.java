package org.multifd.core.internal.provider;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDSendParams;
import org.multifd.core.internal.wire.InitPacket;

/** What a sender's set-up is told of its channel, and what it tells the receiver. One thread's. */
final class SendParams extends ChannelParams implements MultiFDSendParams {

    private ByteBuffer message;
    private boolean over;

    SendParams(MethodUse use, int channel, int pageSize) {
        super(use, channel, pageSize);
    }

    @Override
    public boolean canTellReceiver() {
        return InitPacket.hasFormat(use().name()) && !standalone();
    }

    @Override
    public void tellReceiver(ByteBuffer told) {
        String wrong = standalone() ? "none: the packets stand alone"
                : !canTellReceiver() ? "none: method " + use().name() + " is QEMU's, which expects nothing"
                : over ? "it in sendSetup"
                : message != null ? "one for each channel"
                : told.remaining() < 1 || told.remaining() > SETUP_MESSAGE_LIMIT ? "1.." + SETUP_MESSAGE_LIMIT
                : null;
        if (wrong != null) {
            throw new IllegalStateException("received a set-up message of " + told.remaining() + " bytes, expected "
                    + wrong);
        }
        message = ByteBuffer.allocate(told.remaining()).put(told.duplicate()).flip();
    }

    /** The set-up is over. What it told the receiver; null for nothing. */
    ByteBuffer told() {
        over = true;
        return message;
    }
}
