package org.multifd.tck.internal.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Conformance;
import org.multifd.tck.Rule;
import org.multifd.tck.Subject;

/**
 * The first time that a provider is constructed and asked what core asks before it needs the method (rule 1.3). Taken
 * once for each {@link Conformance}, before anything else of the provider runs.
 */
public final class FirstLook {

    private final MultiFDMethods methods;
    private final String name;
    private final Answers answers;
    private final Throwable failure;
    private final List<String> libraries;
    private volatile Availability availability;

    public FirstLook(Subject subject, Set<String> librariesBefore) {
        MultiFDMethods made = null;
        String itsName = null;
        Answers given = null;
        Throwable thrown = null;
        try {
            made = subject.methods();
            itsName = made.name();
            given = Answers.of(made);
        } catch (Throwable e) { // also a stack that it overflows
            thrown = e;
        }
        methods = made;
        name = itsName;
        answers = given;
        failure = thrown;
        libraries = new ArrayList<>(ProcessStatus.libraries());
        libraries.removeAll(librariesBefore);
    }

    public String name() {
        return name == null ? "?" : name;
    }

    public String provider() {
        return methods == null ? "?" : methods.getClass().getName();
    }

    void demand() {
        if (failure instanceof RuleFailed broken) {
            throw broken;
        }
        if (failure != null) {
            throw new RuleFailed(Rule.RULE_1_3, Words.of(failure), failure);
        }
        if (name == null) {
            throw new RuleFailed(Rule.RULE_1_1, "the name is null");
        }
        if (answers.parameters() == null) {
            throw new RuleFailed(Rule.RULE_1_3, "parameters() answered null");
        }
        if (!libraries.isEmpty()) {
            throw new RuleFailed(Rule.RULE_1_3, "constructing it and asking its name loaded " + libraries.get(0));
        }
    }

    MultiFDMethods methods() {
        return methods;
    }

    Answers answers() {
        return answers;
    }

    /** What it said when it was first asked whether it works here; null before. */
    public Availability availability() {
        return availability;
    }

    void keep(Availability answer) {
        availability = answer;
    }

    /** What a provider says of itself before it is needed, the name aside. */
    public record Answers(int apiVersion, int priority, List<MethodParameter> parameters) {
        public static Answers of(MultiFDMethods methods) {
            return new Answers(version(methods), methods.priority(), methods.parameters());
        }

        private static int version(MultiFDMethods methods) {
            try {
                return methods.apiVersion();
            } catch (LinkageError e) {
                throw new RuleFailed(Rule.RULE_1_5, "built for another API than version " + MultiFDApi.VERSION
                        + ": apiVersion() threw " + Words.of(e), e);
            }
        }
    }
}
