package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import org.multifd.core.internal.negotiation.NegotiationHeader.Type;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.wire.MethodName;

/**
 * What the sending side asks: which of these methods, the preferred one first?
 *
 * @param pageSize the guest's page size in bytes: 4096, 16384 or 65536
 * @param channels how many multifd channels it is going to open, 1..255
 * @param payloadLimit the largest payload in bytes that it can make, 1 MiB..16 MiB
 * @param methods 1..32 different names
 */
public record NegotiationRequest(int pageSize, int channels, int payloadLimit, List<String> methods) {

    public NegotiationRequest {
        methods = List.copyOf(methods);
        NegotiationLimits.checkPageSize("page-size", pageSize);
        NegotiationLimits.checkRange("channels", channels, 1, NegotiationLimits.MAX_CHANNELS);
        NegotiationLimits.checkRange("payload-limit", payloadLimit, NegotiationLimits.MIN_PAYLOAD_LIMIT,
                NegotiationLimits.MAX_PAYLOAD_LIMIT);
        NegotiationLimits.checkRange("methods", methods.size(), 1, MethodPreference.MAX_NAMES);
        if (!methods.stream().allMatch(MethodName::isValid) || new HashSet<>(methods).size() != methods.size()) {
            throw new IllegalArgumentException("field methods: received " + methods + ", expected each name once");
        }
    }

    /** The whole message. */
    public ByteBuffer encode() {
        return NegotiationHeader.message(Type.REQUEST, new NegotiationFields.Writer()
                .number("page-size", pageSize)
                .number("channels", channels)
                .number("payload-limit", payloadLimit)
                .names("methods", methods)
                .body());
    }

    /** Reads the body that the header announced. */
    public static NegotiationRequest decode(NegotiationHeader header, ByteBuffer body) throws MethodException {
        header.expect(Type.REQUEST, body);
        NegotiationFields fields = NegotiationFields.read(body, "page-size", "channels", "payload-limit", "methods");
        int channels = fields.number("channels", 1, NegotiationLimits.MAX_CHANNELS);
        int payloadLimit = fields.number("payload-limit", NegotiationLimits.MIN_PAYLOAD_LIMIT,
                NegotiationLimits.MAX_PAYLOAD_LIMIT);
        List<String> methods = fields.names("methods", 1, MethodPreference.MAX_NAMES);
        int pageSize = fields.number("page-size");
        try {
            return new NegotiationRequest(pageSize, channels, payloadLimit, methods);
        } catch (IllegalArgumentException e) {
            throw NegotiationFields.invalid(e.getMessage());
        }
    }
}
