package org.multifd.tck;

import java.util.function.Supplier;
import org.multifd.tck.reference.CopyMethods;

/** What a program that has no JUnit does with the kit; loaded where there is none. */
public final class WithoutJUnit implements Supplier<String> {

    /** For the loader. */
    public WithoutJUnit() {
    }

    @Override
    public String get() {
        return new Conformance(CopyMethods::new).check(Rule.RULE_3_5).line();
    }
}
