package org.multifd.core;

/**
 * What a postcopy migration has done so far, or did: a value that does not change any more.
 *
 * @param state where it is
 * @param ramBytes the guest's RAM in bytes
 * @param pageSize bytes
 * @param wireBytes bytes that crossed, both directions
 * @param pushedPages pages that were sent without having been asked for
 * @param askedPages pages with content that were sent because the guest needed them
 * @param askedZeroPages zero pages that were sent because the guest needed them; all others are never sent
 * @param presentPages pages that the destination had when the migration was resumed
 * @param expectedPages pages of the snapshot that have content
 * @param requests requests for pages, those for pages on their way included
 * @param medianNanos how long a page that was asked for took, from the request until it was handed to the connection:
 *     half of them took no longer
 * @param p99Nanos the same of 99 in 100
 * @param worstNanos the same of the slowest
 * @param runningNanos from the beginning of the migration until the destination had loaded the device state, with which
 *     the guest runs, or until it had resumed; 0 before
 * @param elapsedNanos since the beginning
 */
public record PostcopyStats(State state, long ramBytes, int pageSize, long wireBytes, long pushedPages, long askedPages,
        long askedZeroPages, long presentPages, long expectedPages, long requests, long medianNanos, long p99Nanos,
        long worstNanos, long runningNanos, long elapsedNanos) {

    /** Where a postcopy migration is. */
    public enum State {
        /** Connecting, sending the device state. */
        SETUP,
        /** The guest runs at the destination; pages are moving. */
        RUNNING,
        /** The destination has everything. */
        COMPLETED,
        /** No guest runs at the destination. */
        FAILED,
        /** The guest is at the destination and waits for the rest of its RAM. */
        PAUSED,
        /** Nobody here knows whether the guest runs. */
        UNKNOWN
    }
}
