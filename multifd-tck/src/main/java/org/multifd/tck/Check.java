package org.multifd.tck;

/** How one rule is checked. Ends normally if the rule held. */
@FunctionalInterface
interface Check {

    /**
     * Tries the rule.
     *
     * @return what a reader of the report should know although the rule held, or empty
     * @throws RuleFailed if this or another rule was broken
     * @throws NotCheckable if it cannot be tried here
     */
    String run(Trial trial) throws Exception;
}
