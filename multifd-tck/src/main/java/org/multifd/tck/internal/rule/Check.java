package org.multifd.tck.internal.rule;

import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.Trial;

/** How one rule is checked. Ends normally if the rule held. */
@FunctionalInterface
public interface Check {

    /**
     * Tries the rule.
     *
     * @return what a reader of the report should know although the rule held, or empty
     * @throws RuleFailed if this or another rule was broken
     * @throws NotCheckable if it cannot be tried here
     */
    String run(Trial trial) throws Exception;
}
