package org.multifd.tck;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;

/** What a check works with: the subject, its random numbers, its watch, and a usable provider. */
final class Trial {

    private final Subject subject;
    private final Rule rule;
    private final FirstLook firstLook;
    private final ThreadGroup group;
    private final Watch watch;

    Trial(Subject subject, Rule rule, FirstLook firstLook, ThreadGroup group, Watch watch) {
        this.subject = subject;
        this.rule = rule;
        this.firstLook = firstLook;
        this.group = group;
        this.watch = watch;
    }

    Subject subject() {
        return subject;
    }

    Watch watch() {
        return watch;
    }

    ThreadGroup group() {
        return group;
    }

    /** The rule being checked is broken. */
    RuleFailed failed(String reason) {
        return new RuleFailed(rule, reason);
    }

    RuleFailed failed(String reason, Throwable cause) {
        return new RuleFailed(rule, reason + ": " + Words.of(cause), cause);
    }

    void demand(boolean held, Supplier<String> reason) {
        if (!held) {
            throw failed(reason.get());
        }
    }

    /** The case's own random numbers: they depend on the seed, the rule and the case, not on what ran before. */
    SplittableRandom random(long caseNumber) {
        long mixed = subject.seed() * 0x9E3779B97F4A7C15L + rule.number().hashCode();
        return new SplittableRandom(mixed * 0xBF58476D1CE4E5B9L + caseNumber);
    }

    /** A provider that can be constructed and named; whether it is usable is not asked. */
    MultiFDMethods constructed() {
        firstLook.demand();
        return firstLook.methods();
    }

    /** A provider that says it works here. */
    MultiFDMethods usable() {
        MultiFDMethods methods = constructed();
        Availability availability;
        try {
            availability = methods.availability();
        } catch (Exception | LinkageError | AssertionError e) {
            throw new RuleFailed(Rule.RULE_1_4, "availability() threw " + Words.of(e), e);
        }
        if (availability == null) {
            throw new RuleFailed(Rule.RULE_1_4, "availability() returned null");
        }
        if (!availability.usable()) {
            throw new NotCheckable("the method is unusable here: " + Words.oneLine(availability.detail()));
        }
        return methods;
    }

    List<MethodParameter> parameters() {
        return constructed().parameters();
    }

    Map<String, Integer> defaults() {
        return ParameterSets.defaults(parameters());
    }
}
