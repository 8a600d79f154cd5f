package org.multifd.core.internal.outgoing;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.migration.Progress;

/** Decides when the guest can be paused: when what is left fits the downtime limit at the measured bandwidth. */
public final class Convergence {

    /** As QEMU's auto-converge: throttle when a round dirtied more than half of what it sent; start, step, most. */
    private static final double TRIGGER = 0.5;
    private static final int THROTTLE_START = 20;
    private static final int THROTTLE_STEP = 10;
    private static final int THROTTLE_MOST = 99;

    private final MigrationParameters parameters;
    private final Progress progress;
    private final int pageSize;
    private int throttle;

    public Convergence(MigrationParameters parameters, Progress progress, int pageSize) {
        this.parameters = parameters;
        this.progress = progress;
        this.pageSize = pageSize;
    }

    /**
     * A round ended. Its bandwidth is that of all its pages: what is left is like them. Only the first round has pages
     * that the guest never wrote, so that there the zero ones do not count, unless there are no others.
     *
     * @param normal normal pages of the round
     * @param zero zero pages of the round
     * @param dirtied marks that came up meanwhile
     */
    public void round(long normal, long zero, long dirtied, long nanos) {
        double seconds = Math.max(nanos, 1) / (double) TimeUnit.SECONDS.toNanos(1);
        long handled = progress.rounds == 1 && normal > 0 ? normal : normal + zero;
        if (handled > 0) {
            progress.bandwidth = handled * (double) pageSize / seconds;
        }
        progress.dirtyRate = dirtied * (double) pageSize / seconds;
    }

    /** Whether {@code left} pages can be sent within the downtime limit. */
    public boolean fits(long left) {
        return left == 0 || progress.bandwidth > 0
                && left * (double) pageSize / progress.bandwidth * 1000 <= parameters.downtimeLimit();
    }

    /** What the guest is asked to slow down to after a round that did not help: percent, 0 to leave it as it is. */
    public int throttle() {
        if (progress.bandwidth == 0 || progress.dirtyRate <= progress.bandwidth * TRIGGER
                || throttle == THROTTLE_MOST) {
            return 0;
        }
        throttle = throttle == 0 ? THROTTLE_START : Math.min(throttle + THROTTLE_STEP, THROTTLE_MOST);
        return throttle;
    }

    public boolean throttled() {
        return throttle > 0;
    }

    /** Another round is due: is there one left for this guest? */
    public void checkRounds() throws MigrationException {
        if (progress.rounds >= parameters.maxRounds()) {
            throw givenUp("max-rounds " + parameters.maxRounds());
        }
    }

    /** The error of a guest that is given up, with the pages that were left when its last round began or ended. */
    public MigrationException givenUp(String limit) {
        long left = progress.remainingPages;
        return new MigrationException(Kind.PEER,
                String.format(Locale.ROOT, "guest does not converge: %s reached with %d pages"
                + " (%.1f MB) left, dirty rate %.1f MB/s, bandwidth %.1f MB/s, downtime-limit %d ms; raise "
                + "downtime-limit, max-rounds or deadline, use more bandwidth, or slow the guest", limit, left,
                left * (double) pageSize / 1e6, progress.dirtyRate / 1e6, progress.bandwidth / 1e6,
                parameters.downtimeLimit()));
    }
}
