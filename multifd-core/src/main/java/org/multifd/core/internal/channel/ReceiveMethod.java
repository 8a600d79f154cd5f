package org.multifd.core.internal.channel;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.WireException;

/**
 * Which method a migration's channels are decoded with. A receiver need not be told: the init packet names it (ours) or
 * the first page packet's flags tell it (QEMU's). All channels agree on one.
 */
public final class ReceiveMethod {

    private final List<String> accepted;
    private final ReceiveChannels.ReceiverSetup setup;
    private final AtomicReference<String> chosen = new AtomicReference<>();

    /** @param accepted the names that {@code multifd-compression} allows; empty for any */
    public ReceiveMethod(List<String> accepted, ReceiveChannels.ReceiverSetup setup) {
        this.accepted = List.copyOf(accepted);
        this.setup = setup;
    }

    /** The name, or null until it is known. */
    public String chosen() {
        return chosen.get();
    }

    /** Sets up a channel for the method that its init packet names. */
    public MultiFDReceiver named(String method, int channel) throws WireException, MultiFDException {
        return create(method, "its init packet", channel);
    }

    /** Sets up a channel for the method of its first page packet, whose init packet named none. */
    public MultiFDReceiver detected(int flags, int channel) throws WireException, MultiFDException {
        String method = Flags.methodName(flags);
        if (method == null) {
            throw new WireException((flags & Flags.METHOD_MASK) == Flags.EXTENSION
                    ? String.format("received flags 0x%x (a method outside QEMU's) without a method name in the init packet,"
                            + " expected the name", flags)
                    : String.format("received flags 0x%x with method bits 0x%x, expected those of none, zlib, zstd, qpl, uadk or qatzip",
                            flags, flags & Flags.METHOD_MASK));
        }
        return create(method, String.format("flags 0x%x", flags), channel);
    }

    private MultiFDReceiver create(String method, String from, int channel) throws WireException, MultiFDException {
        if (!accepted.isEmpty() && !accepted.contains(method)) {
            throw new WireException("received method " + method + " (" + from + "), expected " + String.join(" or ", accepted)
                    + " as multifd-compression says; use one method on both sides");
        }
        if (!chosen.compareAndSet(null, method) && !chosen.get().equals(method)) {
            throw new WireException("received method " + method + " (" + from + "), expected " + chosen.get()
                    + " as on the other channels");
        }
        return setup.setup(method, channel);
    }
}
