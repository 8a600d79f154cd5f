package org.multifd.tck.internal.rule;

import java.util.EnumMap;
import java.util.Map;
import org.multifd.tck.Rule;

/** How each rule of a provider's side is checked. */
public final class Checks {

    private static final Map<Rule, Check> CHECKS = new EnumMap<>(Rule.class);

    static {
        CHECKS.put(Rule.RULE_1_1, IdentityRules::name);
        CHECKS.put(Rule.RULE_1_3, IdentityRules::construction);
        CHECKS.put(Rule.RULE_1_4, IdentityRules::availability);
        CHECKS.put(Rule.RULE_1_5, IdentityRules::version);
        CHECKS.put(Rule.RULE_1_7, IdentityRules::services);
        CHECKS.put(Rule.RULE_1_9, FormatRule::check);
        CHECKS.put(Rule.RULE_2_1, SendingRules::threads);
        CHECKS.put(Rule.RULE_2_2, SendingRules::packets);
        CHECKS.put(Rule.RULE_2_3, SendingRules::limits);
        CHECKS.put(Rule.RULE_2_4, LiveMemory::check);
        CHECKS.put(Rule.RULE_2_5, SendingRules::reading);
        CHECKS.put(Rule.RULE_2_6, SendingRules::arrival);
        CHECKS.put(Rule.RULE_2_7, StandaloneRule::check);
        CHECKS.put(Rule.RULE_2_8, RoundRules::check);
        CHECKS.put(Rule.RULE_2_9, EffortRule::check);
        CHECKS.put(Rule.RULE_3_1, ReceivingRules::threads);
        CHECKS.put(Rule.RULE_3_2, ReceivingRules::exactness);
        CHECKS.put(Rule.RULE_3_3, Hostility::check);
        CHECKS.put(Rule.RULE_3_4, MemoryBound::check);
        CHECKS.put(Rule.RULE_3_5, ReceivingRules::ioExceptions);
        CHECKS.put(Rule.RULE_3_6, ReceivingRules::afterExceptions);
        CHECKS.put(Rule.RULE_3_7, RoundRules::check);
        CHECKS.put(Rule.RULE_3_8, SetUpMessageRule::check);
        CHECKS.put(Rule.RULE_4_1, LifeCycleRules::closing);
        CHECKS.put(Rule.RULE_4_2, LifeCycleRules::failedSetUp);
        CHECKS.put(Rule.RULE_4_3, LifeCycleRules::concurrency);
        CHECKS.put(Rule.RULE_4_4, Leftovers::check);
        CHECKS.put(Rule.RULE_4_5, SharedRules::shared);
        CHECKS.put(Rule.RULE_4_6, SharedRules::release);
        CHECKS.put(Rule.RULE_4_7, ChannelMemory::check);
        CHECKS.put(Rule.RULE_5_1, ParameterRules::declared);
        CHECKS.put(Rule.RULE_5_2, ParameterRules::independent);
    }

    private Checks() {
    }

    /** Returns whether a provider can be checked for the rule. */
    public static boolean has(Rule rule) {
        return CHECKS.containsKey(rule);
    }

    /** Returns the rule's check. A rule of core's side has none. */
    public static Check of(Rule rule) {
        Check check = CHECKS.get(rule);
        if (check == null) {
            throw new IllegalArgumentException("rule " + rule.number() + " has no check: it binds core alone");
        }
        return check;
    }
}
