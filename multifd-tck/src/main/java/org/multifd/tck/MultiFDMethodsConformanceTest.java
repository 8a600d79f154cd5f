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
 * <p>A rule that cannot be tried here is skipped with its reason. Rules 1.2, 1.6 and 1.8 are core's side and have no
 * test. The hooks to override are those of {@link Subject}.
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
    public void rule_1_5_api_version_goes_with_this_api() {
        check(Rule.RULE_1_5);
    }

    /** Rule 1.7. */
    @Test
    public void rule_1_7_provides_and_services_agree() {
        check(Rule.RULE_1_7);
    }

    /** Rule 1.9. */
    @Test
    public void rule_1_9_format_version_is_told_and_read() {
        check(Rule.RULE_1_9);
    }

    /** Rule 2.1. */
    @Test
    public void rule_2_1_sender_moves_to_its_channels_thread() {
        check(Rule.RULE_2_1);
    }

    /** Rule 2.2. */
    @Test
    public void rule_2_2_every_legal_packet_is_taken() {
        check(Rule.RULE_2_2);
    }

    /** Rule 2.3. */
    @Test
    public void rule_2_3_incompressible_pages_fit_the_payload_limit() {
        check(Rule.RULE_2_3);
    }

    /** Rule 2.4. */
    @Test
    public void rule_2_4_unchanged_pages_arrive_exact_whatever_their_neighbours_did() {
        check(Rule.RULE_2_4);
    }

    /** Rule 2.5. */
    @Test
    public void rule_2_5_pages_are_only_read() {
        check(Rule.RULE_2_5);
    }

    /** Rule 2.6. */
    @Test
    public void rule_2_6_every_packet_decodes_when_it_has_arrived() {
        check(Rule.RULE_2_6);
    }

    /** Rule 2.7. */
    @Test
    public void rule_2_7_packets_stand_alone_if_asked_to() {
        check(Rule.RULE_2_7);
    }

    /** Rule 2.8. */
    @Test
    public void rule_2_8_rounds_end_at_the_sender() {
        check(Rule.RULE_2_8);
    }

    /** Rule 2.9. */
    @Test
    public void rule_2_9_any_effort_is_taken() {
        check(Rule.RULE_2_9);
    }

    /** Rule 3.1. */
    @Test
    public void rule_3_1_receiver_moves_to_its_channels_thread() {
        check(Rule.RULE_3_1);
    }

    /** Rule 3.2. */
    @Test
    public void rule_3_2_pages_and_payload_are_used_up_exactly() {
        check(Rule.RULE_3_2);
    }

    /** Rule 3.3. */
    @Test
    public void rule_3_3_hostile_payloads_end_in_a_multifd_exception() {
        check(Rule.RULE_3_3);
    }

    /** Rule 3.4. */
    @Test
    public void rule_3_4_memory_stays_bounded_whatever_the_input_claims() {
        check(Rule.RULE_3_4);
    }

    /** Rule 3.5. */
    @Test
    public void rule_3_5_io_exceptions_pass_unwrapped() {
        check(Rule.RULE_3_5);
    }

    /** Rule 3.6. */
    @Test
    public void rule_3_6_after_an_exception_close_still_works() {
        check(Rule.RULE_3_6);
    }

    /** Rule 3.7. */
    @Test
    public void rule_3_7_rounds_end_at_the_receiver() {
        check(Rule.RULE_3_7);
    }

    /** Rule 3.8. */
    @Test
    public void rule_3_8_set_up_messages_are_hostile() {
        check(Rule.RULE_3_8);
    }

    /** Rule 4.1. */
    @Test
    public void rule_4_1_close_is_idempotent_and_frees_at_once() {
        check(Rule.RULE_4_1);
    }

    /** Rule 4.2. */
    @Test
    public void rule_4_2_failed_set_up_leaves_nothing_allocated() {
        check(Rule.RULE_4_2);
    }

    /** Rule 4.3. */
    @Test
    public void rule_4_3_one_provider_serves_many_channels_at_once() {
        check(Rule.RULE_4_3);
    }

    /** Rule 4.4. */
    @Test
    public void rule_4_4_nothing_stays_behind() {
        check(Rule.RULE_4_4);
    }

    /** Rule 4.5. */
    @Test
    public void rule_4_5_what_channels_share_outlives_each_of_them() {
        check(Rule.RULE_4_5);
    }

    /** Rule 4.6. */
    @Test
    public void rule_4_6_release_frees_one_instance_alone() {
        check(Rule.RULE_4_6);
    }

    /** Rule 4.7. */
    @Test
    public void rule_4_7_what_a_channel_keeps_is_bounded() {
        check(Rule.RULE_4_7);
    }

    /** Rule 5.1. */
    @Test
    public void rule_5_1_parameters_are_declared_properly() {
        check(Rule.RULE_5_1);
    }

    /** Rule 5.2. */
    @Test
    public void rule_5_2_parameters_never_have_to_match() {
        check(Rule.RULE_5_2);
    }
}
