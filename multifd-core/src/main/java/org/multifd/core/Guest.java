package org.multifd.core;

/**
 * The running guest, as a migration needs to steer it. All calls come on the thread that called
 * {@link MigrationSource#migrate}.
 */
public interface Guest {

    /**
     * Stops the guest: when it returns, nothing writes the RAM blocks any more and every write has its mark. Called
     * once, before the last round.
     *
     * @throws Exception if the guest cannot be stopped; the migration fails
     */
    void pause() throws Exception;

    /**
     * Lets the guest go on where it was, after a migration that failed or was cancelled behind {@link #pause}. Not
     * called after success: the guest now lives at the destination.
     */
    void resume();

    /**
     * What the guest is besides RAM, taken while it is paused. The destination gets exactly these bytes.
     *
     * @return at most 64 MiB; empty if there is nothing
     * @throws Exception if it cannot be taken; the migration fails
     */
    default byte[] deviceState() throws Exception {
        return new byte[0];
    }

    /**
     * Asks for a slower guest: it dirties memory about as fast as it can be sent. Called at the end of a round, with
     * rising figures; 0 ends it.
     *
     * @param percent how much of its time the guest should not run, 0..99
     */
    default void throttle(int percent) {
    }
}
