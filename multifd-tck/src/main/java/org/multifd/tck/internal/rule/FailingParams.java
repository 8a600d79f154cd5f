package org.multifd.tck.internal.rule;

import java.nio.ByteBuffer;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.ParameterValues;
import org.multifd.api.SharedMaker;
import org.multifd.tck.internal.harness.ChannelParams;

/** What a channel is like, told by a core that fails at one of the questions (rule 4.2). */
final class FailingParams implements MultiFDSendParams, MultiFDRecvParams {

    private final ChannelParams params;
    private final int failing;
    private int asked;

    FailingParams(ChannelParams params, int failing) {
        this.params = params;
        this.failing = failing;
    }

    int asked() {
        return asked;
    }

    private void question() {
        if (asked++ == failing) {
            throw new IllegalStateException("the set-up is made to fail here");
        }
    }

    @Override
    public int channel() {
        question();
        return params.channel();
    }

    @Override
    public int pageSize() {
        question();
        return params.pageSize();
    }

    @Override
    public int pageCount() {
        question();
        return params.pageCount();
    }

    @Override
    public int payloadLimit() {
        question();
        return params.payloadLimit();
    }

    @Override
    public boolean standalone() {
        question();
        return params.standalone();
    }

    @Override
    public <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        question();
        return params.shared(type, maker);
    }

    @Override
    public boolean canTellReceiver() {
        question();
        return params.canTellReceiver();
    }

    @Override
    public void tellReceiver(ByteBuffer message) {
        question();
        params.tellReceiver(message);
    }

    @Override
    public ByteBuffer setupMessage() {
        question();
        return params.setupMessage();
    }

    @Override
    public ParameterValues values() {
        question();
        return params.values();
    }
}
