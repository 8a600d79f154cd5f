package org.multifd.tck;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The contract as JUnit tests, one for each rule. A provider's test is:
 *
 * <pre>{@code
 * class SnappyConformanceTest extends MultiFDMethodsConformanceTest {
 *     public MultiFDMethods methods() {
 *         return new SnappyMethods();
 *     }
 * }
 * }</pre>
 *
 * <p>A rule that cannot be tried here is skipped with its reason. Rules 1.2, 1.6 and 1.8 are core's side and have no test.
 * The hooks to override are those of {@link Subject}.
 */
@SuppressWarnings("exports") // of annotations: JUnit stays optional, and who extends this class requires it anyway
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
public abstract class MultiFDMethodsConformanceTest implements Subject {

    private final Conformance conformance = new Conformance(this);

    /** For the provider's test to extend. */
    protected MultiFDMethodsConformanceTest() {
    }

    private void check(Rule rule) {
        RuleResult result = conformance.check(rule);
        if (result.outcome() == RuleResult.Outcome.FAILED || result.cause() != null) {
            Assertions.fail("rule " + rule.number() + ", " + rule.title() + ": " + result.detail());
        }
        Assumptions.assumeTrue(result.outcome() == RuleResult.Outcome.PASSED, result.detail());
    }

    /** Rule 1.1. */
    @Test
    public void rule_1_1_name_keeps_to_the_grammar() {
        check(Rule.RULE_1_1);
    }

    /** Rule 1.3. */
    @Test
    public void rule_1_3_constructing_and_naming_do_nothing_that_fails() {
        check(Rule.RULE_1_3);
    }

    /** Rule 1.4. */
    @Test
    public void rule_1_4_availability_is_an_answer_and_never_thrown() {
        check(Rule.RULE_1_4);
    }

    /** Rule 1.5. */
    @Test
    public void rule_1_5_api_version_is_the_one_of_this_api() {
        check(Rule.RULE_1_5);
    }

    /** Rule 1.7. */
    @Test
    public void rule_1_7_provides_and_services_agree() {
        check(Rule.RULE_1_7);
    }
}
