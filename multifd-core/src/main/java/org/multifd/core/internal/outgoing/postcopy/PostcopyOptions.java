package org.multifd.core.internal.outgoing.postcopy;

import java.nio.file.Path;

/**
 * How a snapshot is served.
 *
 * @param maxBandwidth bytes per second that leave in the background; 0 for no limit
 * @param preempt whether pages that are asked for have a connection of their own
 * @param resume whether the destination is paused in the middle of a migration
 * @param workingSet the file of the pages that are pushed first, or that is written; null for none
 */
public record PostcopyOptions(long maxBandwidth, boolean preempt, boolean resume, Path workingSet) {
}
