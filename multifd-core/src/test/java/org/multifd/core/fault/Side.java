package org.multifd.core.fault;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.multifd.core.GuestRam;
import org.multifd.core.MigrationException;

/** One side of a migration. */
interface Side {

    Object run() throws MigrationException;

    /** Runs it on a thread of its own: its failure, or null. */
    static CompletableFuture<MigrationException> start(Side side) {
        CompletableFuture<MigrationException> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                side.run();
                ended.complete(null);
            } catch (MigrationException e) {
                ended.complete(e);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        }, "side");
        thread.setDaemon(true);
        thread.start();
        return ended;
    }

    /** All bytes of a block. */
    static byte[] bytes(GuestRam of, String block) {
        byte[] bytes = new byte[Math.toIntExact(of.length(block))];
        of.read(block, 0, ByteBuffer.wrap(bytes));
        return bytes;
    }
}
