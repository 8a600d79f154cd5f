package org.multifd.core.internal.channel;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Seat;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.WireException;

/**
 * Which method a migration's channels are decoded with. A receiver need not be told: the init packet of a
 * multifd peer names it, or the flags of a QEMU's first page packet tell it. All channels agree on one.
 */
public final class ReceiveMethod {

    private final List<String> accepted;
    private final Supplier<Seats> seats;
    private final AtomicReference<String> chosen = new AtomicReference<>();

    /**
     * @param accepted the names that {@code multifd-compression} allows; empty for any
     * @param seats asked once a channel knows its method
     */
    public ReceiveMethod(List<String> accepted, Supplier<Seats> seats) {
        this.accepted = List.copyOf(accepted);
        this.seats = seats;
    }

    /** The name, or null until it is known. */
    public String chosen() {
        return chosen.get();
    }

    /** The seat of a channel for the method that its init packet names. */
    Seat named(String method, Supplier<String> place) throws WireException, MigrationException {
        return take(method, "its init packet", place);
    }

    /** The seat of a channel for the method of its first page packet, whose init packet named none. */
    Seat detected(int flags, Supplier<String> place) throws WireException, MigrationException {
        String method = Flags.methodName(flags);
        if (method == null) {
            throw new WireException((flags & Flags.METHOD_MASK) == Flags.EXTENSION
                    ? String.format("received flags 0x%x (a method outside QEMU's) without a method name in the init "
                    + "packet,"
                            + " expected the name", flags)
                    : String.format("received flags 0x%x with method bits 0x%x, expected those of none, zlib, zstd, "
                    + "qpl, uadk or qatzip",
                            flags, flags & Flags.METHOD_MASK));
        }
        return take(method, String.format("flags 0x%x", flags), place);
    }

    private Seat take(String method, String from, Supplier<String> place) throws WireException, MigrationException {
        if (!accepted.isEmpty() && !accepted.contains(method)) {
            throw new WireException("received method " + method + " (" + from + "), expected "
                    + String.join(" or ", accepted) + " as multifd-compression says; use one method on both sides");
        }
        if (!chosen.compareAndSet(null, method) && !chosen.get().equals(method)) {
            throw new WireException("received method " + method + " (" + from + "), expected " + chosen.get()
                    + " as on the other channels");
        }
        return seats.get().take(method, Direction.RECEIVE, place);
    }
}
