package org.multifd.api;

import java.nio.ByteBuffer;

/** What one sending channel is like: given to {@link MultiFDMethods#sendSetup}. Named as QEMU's structure. */
public interface MultiFDSendParams extends MultiFDParams {

    /** The most bytes that a sender can tell its receiver. */
    int SETUP_MESSAGE_LIMIT = 65_536;

    /**
     * Whether there is a way to tell the receiver something: not if the method has one of QEMU's names, as QEMU expects
     * nothing, and not if packets are to stand alone ({@link #standalone}), as in a file.
     *
     * @return true if {@link #tellReceiver} may be called
     */
    default boolean canTellReceiver() {
        return false;
    }

    /**
     * Tells the channel's receiver something before its set-up (rule 3.8): a dictionary's number, a key's salt. Called
     * at most once, during {@link MultiFDMethods#sendSetup}.
     *
     * @param message 1 to {@link #SETUP_MESSAGE_LIMIT} bytes from its position to its limit, which are copied
     * @throws IllegalStateException if it is called again, after set-up, with another length, or where there is no way
     *     to tell
     */
    default void tellReceiver(ByteBuffer message) {
        throw new IllegalStateException("received a message for the receiver, expected none: there is no way to tell");
    }
}
