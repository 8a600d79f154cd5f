package org.multifd.core.internal.provider;

import java.util.Objects;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.ParameterValues;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * What a method's set-up is told of its channel, in either direction.
 *
 * @param channel 0-based
 * @param pageSize bytes: 4096, 16384 or 65536
 * @param pageCount the most pages one packet carries
 * @param payloadLimit bytes
 * @param values the method's parameters
 * @param standalone whether each packet is to stand alone
 */
public record ChannelParams(int channel, int pageSize, int pageCount, int payloadLimit, ParameterValues values,
        boolean standalone) implements MultiFDSendParams, MultiFDRecvParams {

    public ChannelParams {
        Objects.requireNonNull(values, "values");
        if (channel < 0 || channel >= Limits.CHANNELS) {
            throw new IllegalArgumentException("channel: received " + channel + ", expected 0.."
                    + (Limits.CHANNELS - 1));
        }
        Limits.checkPageSize(pageSize);
        if (pageCount < 1 || payloadLimit < 1) {
            throw new IllegalArgumentException("received a page count of " + pageCount + " and a payload limit of "
                    + payloadLimit + ", expected at least 1");
        }
    }

    /** A channel with QEMU's packet size and payload limit. */
    public static ChannelParams of(int channel, int pageSize, ParameterValues values, boolean standalone) {
        return new ChannelParams(channel, pageSize, PacketHeader.pageCount(pageSize), PacketHeader.PAYLOAD_LIMIT,
                values, standalone);
    }
}
