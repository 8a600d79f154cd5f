package org.multifd.fuzz;

import java.io.EOFException;
import java.io.IOException;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.WireException;

/** What a destination says to a source. */
public final class ReturnPathTarget {

    private static final long HEAP = 1 << 20;

    private ReturnPathTarget() {
    }

    /** The first byte says in which pieces it comes. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP + 16L * data.length, ReturnPathTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        boolean accepted = false;
        try {
            String refusal = new ReturnPathReader(new Chunks(data, 1, 1 + (data[0] & 0xFF))).readShut();
            Claims.hold(refusal == null || refusal.chars().noneMatch(Character::isISOControl), "reason: " + refusal);
            accepted = true;
        } catch (WireException | EOFException | TlsException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return accepted;
    }
}
