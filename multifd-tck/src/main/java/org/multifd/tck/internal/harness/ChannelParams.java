package org.multifd.tck.internal.harness;

import java.util.Map;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.tck.Rule;

/** What a channel is like, for both directions. A parameter that was not declared is refused, as core does. */
public final class ChannelParams implements MultiFDSendParams, MultiFDRecvParams {

    public static final int PACKET_BYTES = 512 * 1024;
    public static final int PAYLOAD_LIMIT = 1024 * 1024;

    private final int channel;
    private final int pageSize;
    private final Map<String, Integer> values;
    private final Rule blame;
    private boolean undeclared;

    /** The blame is for the rule that is broken if a set-up with these fails. */
    public ChannelParams(int channel, int pageSize, Map<String, Integer> values, Rule blame) {
        this.channel = channel;
        this.pageSize = pageSize;
        this.values = values;
        this.blame = blame;
    }

    Rule blame() {
        return undeclared ? Rule.RULE_5_1 : blame;
    }

    @Override
    public int channel() {
        return channel;
    }

    @Override
    public int pageSize() {
        return pageSize;
    }

    @Override
    public int pageCount() {
        return PACKET_BYTES / pageSize;
    }

    @Override
    public int payloadLimit() {
        return PAYLOAD_LIMIT;
    }

    @Override
    public int parameter(String name) {
        Integer value = values.get(name);
        if (value == null) {
            undeclared = true;
            throw new IllegalArgumentException("the method declares no parameter " + name);
        }
        return value;
    }

    @Override
    public String toString() {
        return values.isEmpty() ? "no parameters" : values.toString();
    }
}
