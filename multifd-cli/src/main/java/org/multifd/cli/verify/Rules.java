package org.multifd.cli.verify;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.multifd.tck.Rule;

/** The contract's rules by their numbers. */
public final class Rules {

    private Rules() {
    }

    public static Rule of(String number) {
        return Arrays.stream(Rule.values()).filter(each -> each.number().equals(number)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("rule: received " + number + ", expected one of "
                        + Arrays.stream(Rule.values()).map(Rule::number).collect(Collectors.joining(", "))));
    }

    /** In the contract's order. */
    public static Set<Rule> of(Collection<String> numbers) {
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        numbers.forEach(each -> rules.add(of(each)));
        return rules;
    }
}
