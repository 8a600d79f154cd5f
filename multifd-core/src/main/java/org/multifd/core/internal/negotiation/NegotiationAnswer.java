package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.core.internal.negotiation.NegotiationHeader.Type;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * What the receiving side answers.
 *
 * @param method the first name of the request that it can serve, "" if there is none
 * @param reasons for each name before that one why it cannot, in the request's order; 0..32 of them
 * @param limits what it takes
 */
public record NegotiationAnswer(String method, Map<String, String> reasons, NegotiationLimits limits) {

    public NegotiationAnswer {
        reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
        NegotiationLimits.checkRange("reasons", reasons.size(), 0, MethodPreference.MAX_NAMES);
        if (!method.isEmpty() && !MethodName.isValid(method) || !reasons.keySet().stream().allMatch(MethodName::isValid)) {
            throw new IllegalArgumentException("received " + method + " and " + reasons.keySet() + ", expected names of "
                    + MethodName.GRAMMAR);
        }
        if (reasons.containsKey(method)) {
            throw new IllegalArgumentException("field reasons: received one against " + method
                    + ", expected none against the choice");
        }
    }

    /**
     * The choice: the first name that is accepted and served here.
     *
     * @param accepted the names this side was given by multifd-compression; empty if it was given none
     */
    public static NegotiationAnswer to(NegotiationRequest request, Providers providers, List<String> accepted,
            NegotiationLimits limits) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String name : request.methods()) {
            String reason = !accepted.isEmpty() && !accepted.contains(name)
                    ? "multifd-compression is " + String.join(",", accepted) + " there" : providers.whyNot(name);
            if (reason == null) {
                return new NegotiationAnswer(name, reasons, limits);
            }
            reasons.put(name, Text.oneLine(reason));
        }
        return new NegotiationAnswer("", reasons, limits);
    }

    /** The whole message. */
    public ByteBuffer encode() {
        return NegotiationHeader.message(Type.ANSWER, new NegotiationFields.Writer()
                .text("method", method)
                .texts("reasons", reasons)
                .number("payload-limit", limits.payloadLimit())
                .numbers("page-sizes", limits.pageSizes())
                .number("channels", limits.channels())
                .body());
    }

    /** Reads the body that the header announced; fails with the peer's reason if it is a refusal. */
    public static NegotiationAnswer decode(NegotiationHeader header, ByteBuffer body) throws MethodException {
        header.expect(Type.ANSWER, body);
        NegotiationFields fields =
                NegotiationFields.read(body, "method", "reasons", "payload-limit", "page-sizes", "channels");
        int payloadLimit = fields.number("payload-limit", NegotiationLimits.MIN_PAYLOAD_LIMIT,
                NegotiationLimits.MAX_PAYLOAD_LIMIT);
        int channels = fields.number("channels", 0, NegotiationLimits.MAX_CHANNELS);
        List<Integer> pageSizes = fields.numbers("page-sizes", NegotiationLimits.PAGE_SIZES.size());
        String method = fields.nameOrNone("method");
        Map<String, String> reasons = fields.texts("reasons", MethodPreference.MAX_NAMES);
        try {
            return new NegotiationAnswer(method, reasons, new NegotiationLimits(payloadLimit, pageSizes, channels));
        } catch (IllegalArgumentException e) {
            throw NegotiationFields.invalid(e.getMessage());
        }
    }
}
