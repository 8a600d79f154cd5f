package org.multifd.tck.internal.rule;

import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.harness.Trial;

/** Provider-contract 1.9: the version of a method's own format. */
final class FormatRule {

    private static final int HIGHEST = 65_535;

    private FormatRule() {
    }

    static String check(Trial trial) {
        MultiFDMethods methods = trial.constructed();
        int version = methods.formatVersion();
        trial.demand(version >= 1 && version <= HIGHEST, () -> "formatVersion() is " + version + ", expected 1 to "
                + HIGHEST);
        trial.demand(methods.formatVersion() == version, () -> "formatVersion() is another one when asked again");
        trial.demand(methods.readsFormat(version), () -> "readsFormat(" + version + ") is false for its own version");
        int others = 0;
        for (int each = 1; each <= HIGHEST; each++) {
            try {
                others += each != version && methods.readsFormat(each) ? 1 : 0;
            } catch (RuntimeException | LinkageError e) {
                throw trial.failed("readsFormat(" + each + ") threw", e);
            }
        }
        trial.demand(others < HIGHEST - 1, () -> "readsFormat is true for every version: those to come as well");
        return "version " + version + (others == 0 ? "" : ", and it reads " + others + " others");
    }
}
