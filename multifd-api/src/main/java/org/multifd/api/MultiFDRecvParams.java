package org.multifd.api;

import java.nio.ByteBuffer;

/**
 * What one receiving channel is like: given to {@link MultiFDMethods#recvSetup}. Named as QEMU's structure. Values of
 * parameters never have to match the sender's (rule 5.2).
 */
public interface MultiFDRecvParams extends MultiFDParams {

    /**
     * What the sender told in its set-up (rule 3.8): hostile until proven otherwise.
     *
     * @return a read-only buffer of 1 to {@link MultiFDSendParams#SETUP_MESSAGE_LIMIT} bytes from its position to its
     *     limit, another one at each call; or null if the sender told nothing
     */
    default ByteBuffer setupMessage() {
        return null;
    }
}
