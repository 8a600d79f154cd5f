package org.multifd.tck;

import java.util.List;
import java.util.Map;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.data.ParameterSets;

/**
 * What the kit is to check: a provider, and what cannot be found out by calling it. Only {@link #methods()} has to be
 * given, so {@code SnappyMethods::new} is a subject.
 */
@FunctionalInterface
public interface Subject {

    /**
     * Makes the provider as {@code ServiceLoader} would.
     *
     * @return a new provider at each call
     */
    MultiFDMethods methods();

    /**
     * An independent implementation of the format.
     *
     * @return the oracle, or null if there is none
     */
    default Oracle oracle() {
        return null;
    }

    /**
     * Whether the format can tell each corrupted payload from a good one, by a checksum for instance. If so, wrong
     * bytes without an exception are a failure of rule 3.3.
     *
     * @return false unless it can
     */
    default boolean detectsCorruption() {
        return false;
    }

    /**
     * Payloads that an attacker who knows the format would send: claims of huge windows and lengths, above all. They
     * are tried beside the generated ones (rules 3.3 and 3.4).
     *
     * @return payloads of 1 byte to 1 MiB
     */
    default List<byte[]> hostilePayloads() {
        return List.of();
    }

    /**
     * Parameter values to try with each other (rules 5.1 and 5.2).
     *
     * @param declared the method's parameters
     * @return sets of values by whole name, each complete: by default all defaults, then each parameter's smallest and
     *     largest value beside the others' defaults
     */
    default List<Map<String, String>> parameterSets(List<MethodParameter> declared) {
        return ParameterSets.of(declared);
    }

    /**
     * Where all random numbers come from.
     *
     * @return the system property {@code multifd.tck.seed}, or the same number for everybody
     */
    default long seed() {
        return Long.getLong("multifd.tck.seed", 20190801);
    }

    /**
     * How long one case may take before it counts as a hang. None takes more than a second, on a slow and busy machine
     * ten.
     *
     * @return the system property {@code multifd.tck.deadline}, or 60 seconds
     */
    default int deadlineSeconds() {
        return Integer.getInteger("multifd.tck.deadline", 60);
    }

    /**
     * How many hostile payloads rule 3.3 tries.
     *
     * @return the system property {@code multifd.tck.rounds}, or 3000
     */
    default int hostileRounds() {
        return Integer.getInteger("multifd.tck.rounds", 3000);
    }

    /**
     * How many packets the long run of rule 2.6 sends over one channel, past counters and windows, each compared.
     *
     * @return the system property {@code multifd.tck.packets}, or 0: 1500, as far as the rule's time allows
     */
    default int packets() {
        return Integer.getInteger("multifd.tck.packets", 0);
    }

    /**
     * How long the repetitions of one rule may go on. When the time is used up, the rule is judged by what was tried,
     * and its line says how much that was: "20 of 3000 rounds: 20 s were used".
     *
     * @return the system property {@code multifd.tck.budget}, or 20 seconds
     */
    default int budgetSeconds() {
        return Integer.getInteger("multifd.tck.budget", 20);
    }

    /**
     * Told every 10 seconds what is being tried, of a rule that takes longer than that. May be called on any thread.
     *
     * @param line the rule, the seconds and the case; by default printed to standard error
     */
    default void progress(String line) {
        System.err.println("multifd-tck: " + line);
    }
}
