package org.multifd.fuzz;

import java.nio.ByteBuffer;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.negotiation.Negotiation;

/** A negotiation's message, whichever it says it is. */
public final class NegotiationTarget {

    private static final long HEAP = 4 << 20;

    private NegotiationTarget() {
    }

    /** A header and what follows it. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length >= Negotiation.Header.BYTES) {
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
            Negotiation.Header header = Negotiation.Header.decode(bytes);
            if (header.length() <= bytes.remaining()) {
                decode(header, bytes.slice().limit(header.length()));
                accepted = true;
            }
        } catch (MigrationException e) {
            String message = e.getMessage();
            Claims.hold(message != null && message.chars().noneMatch(Character::isISOControl), "message: " + message);
        }
        return accepted;
    }

    private static void decode(Negotiation.Header header, ByteBuffer body) throws MigrationException {
        if (header.type() == Negotiation.Type.REQUEST) {
            Negotiation.Request request = Negotiation.Request.decode(header, body);
            ByteBuffer again = request.encode();
            Claims.hold(Negotiation.Request.decode(Negotiation.Header.decode(again), again).equals(request),
                    "request: read back as another");
        } else {
            Negotiation.Answer answer = Negotiation.Answer.decode(header, body);
            ByteBuffer again = answer.encode();
            Claims.hold(Negotiation.Answer.decode(Negotiation.Header.decode(again), again).equals(answer),
                    "answer: read back as another");
        }
    }
}
