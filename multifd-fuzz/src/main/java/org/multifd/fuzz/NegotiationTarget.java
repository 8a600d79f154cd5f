package org.multifd.fuzz;

import java.nio.ByteBuffer;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.negotiation.NegotiationAnswer;
import org.multifd.core.internal.negotiation.NegotiationHeader;
import org.multifd.core.internal.negotiation.NegotiationRequest;

/** A negotiation's message, whichever it says it is. */
public final class NegotiationTarget {

    private static final long HEAP = 4 << 20;

    private NegotiationTarget() {
    }

    /** A header and what follows it. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length >= NegotiationHeader.BYTES) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP, NegotiationTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        boolean accepted = false;
        ByteBuffer bytes = ByteBuffer.wrap(data);
        try {
            NegotiationHeader header = NegotiationHeader.decode(bytes);
            if (header.length() <= bytes.remaining()) {
                decode(header, bytes.slice().limit(header.length()));
                accepted = true;
            }
        } catch (MethodException e) {
            String message = e.getMessage();
            Claims.hold(message != null && message.chars().noneMatch(Character::isISOControl), "message: " + message);
        }
        return accepted;
    }

    private static void decode(NegotiationHeader header, ByteBuffer body) throws MethodException {
        if (header.type() == NegotiationHeader.Type.REQUEST) {
            NegotiationRequest request = NegotiationRequest.decode(header, body);
            ByteBuffer again = request.encode();
            Claims.hold(NegotiationRequest.decode(NegotiationHeader.decode(again), again).equals(request), "request: read back as another");
        } else {
            NegotiationAnswer answer = NegotiationAnswer.decode(header, body);
            ByteBuffer again = answer.encode();
            Claims.hold(NegotiationAnswer.decode(NegotiationHeader.decode(again), again).equals(answer), "answer: read back as another");
        }
    }
}
