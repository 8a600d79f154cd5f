package org.multifd.core.internal.channel;

import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.wire.Text;

/** Tells memory of the embedding program that cannot be used from the method that failed over it. */
public final class GuestMemory {

    private GuestMemory() {
    }

    /**
     * What a packet failed with: the memory, if that is why, else the error as it is.
     *
     * @param block the packet's, or null
     * @param writes whether its pages are written
     */
    public static Throwable blame(Throwable error, RamBlock block, boolean writes) {
        boolean unexpected = error instanceof RuntimeException || error instanceof MultiFDException
                || error instanceof MigrationException method && method.kind() == Kind.INTERNAL;
        if (!unexpected || block == null) {
            return error;
        }
        for (int segment = 0; segment < block.segments(); segment++) {
            if (writes && block.view(segment).isReadOnly()) {
                return unusable(block, "it is read-only, expected memory that can be written", error);
            }
            try {
                block.view(segment).get(0);
            } catch (RuntimeException e) { // of a memory segment that is closed, or another thread's
                return unusable(block, Text.oneLine(Text.reason(e))
                        + "; give memory that every thread can use until the migration has ended, such as a shared "
                        + "arena's", error);
            }
        }
        return error;
    }

    private static MigrationException unusable(RamBlock block, String why, Throwable cause) {
        return new MigrationException(Kind.USAGE,
                "the memory of RAM block " + Text.quote(block.name()) + " cannot be used: " + why, cause);
    }
}
