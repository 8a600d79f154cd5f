package org.multifd.tck.internal.harness;

import java.util.Map;
import java.util.concurrent.Callable;
import org.multifd.tck.Rule;

/**
 * How calls of a provider are made: a call that does not return breaks a rule of its own, whichever rule is being
 * checked, and is not made again.
 */
public final class Calls {

    private final Watch watch;
    private final Map<Rule, String> hangs;

    Calls(Watch watch, Map<Rule, String> hangs) {
        this.watch = watch;
        this.hangs = hangs;
    }

    /** Makes a call, unless one of its kind hung before: then that failure is its answer. */
    public <T> T make(Rule blame, String what, Callable<T> work) throws Exception {
        demandNoHang(blame);
        return watch.during(blame, what, work);
    }

    /** Ends a check that would begin with what hung before. */
    public void demandNoHang(Rule blame) {
        String hang = hangs.get(blame);
        if (hang != null) {
            throw new RuleFailed(blame, hang);
        }
    }

    /** An interrupt that is left set ends whatever the channel does next on its thread. */
    static void demandNotInterrupted(Rule blame, String what) {
        if (Thread.interrupted()) {
            throw new RuleFailed(blame, what + " left the thread's interrupt set");
        }
    }
}
