package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 5: parameters. */
final class ParameterRules {

    private ParameterRules() {
    }

    /** 5.1: named after the method, once each, with help; every set of values can be set up. */
    static String declared(Trial trial) {
        MultiFDMethods methods = trial.constructed();
        List<MethodParameter> parameters = methods.parameters();
        String prefix = "multifd-" + methods.name() + "-";
        Set<String> names = new HashSet<>();
        for (MethodParameter parameter : parameters) {
            trial.demand(parameter.name().startsWith(prefix) && parameter.name().matches("[a-z0-9-]*[a-z0-9]")
                    && parameter.name().length() > prefix.length(),
                    () -> "parameter " + parameter.name() + " is not named " + prefix + "…");
            trial.demand(names.add(parameter.name()), () -> "parameter " + parameter.name() + " is declared twice");
            trial.demand(Words.isOneLine(parameter.help()),
                    () -> "parameter " + parameter.name() + " has no help of one line");
        }
        trial.demand(unmodifiable(parameters), () -> "the list of parameters can be modified");
        trial.usable();
        for (Map<String, String> values : trial.parameterSets()) {
            ChannelParams params = trial.params(0, 4096, values);
            trial.watch().enter(() -> "set-up with " + params);
            trial.outgoing(params).close();
            trial.incoming(params).close();
        }
        return parameters.isEmpty() ? "it declares none" : "";
    }

    private static boolean unmodifiable(List<MethodParameter> parameters) {
        try {
            parameters.addAll(List.of(MethodParameter.integer("multifd-tck", 0, 0, 0, "the kit's")));
            return false;
        } catch (UnsupportedOperationException e) {
            return true;
        }
    }

    /** 5.2: what is sent with any values is read with any others. */
    static String independent(Trial trial) {
        if (trial.parameters().isEmpty()) {
            return "it declares none";
        }
        trial.gate();
        List<Map<String, String>> sets = trial.parameterSets();
        if (sets.size() < 2) {
            throw new NotCheckable("there are no two sets of values to try");
        }
        Rounds rounds = trial.rounds(sets.size());
        for (Map<String, String> sending : sets) {
            if (!rounds.next()) {
                break;
            }
            List<byte[]> contents = new ArrayList<>();
            List<byte[]> payloads = new ArrayList<>();
            ChannelParams params = trial.params(0, 4096, sending);
            try (Outgoing outgoing = trial.outgoing(params)) {
                for (int packet = 0; packet < 3; packet++) {
                    int number = packet;
                    trial.watch().enter(() -> "packet " + number + " sent with " + params);
                    TestPages from = trial.sendPages(4096, 32, Layout.ONE_RUN);
                    contents.add(Content.MIXED.pages(4096, 32, trial.random(packet)));
                    from.fill(contents.get(packet));
                    payloads.add(outgoing.prepare(from));
                }
            }
            for (Map<String, String> receiving : sets) {
                try (Incoming incoming = trial.incoming(trial.params(0, 4096, receiving))) {
                    for (int packet = 0; packet < 3; packet++) {
                        incoming.recv(trial.recvPages(4096, 32, Layout.ONE_RUN), payloads.get(packet),
                                contents.get(packet), Rule.RULE_5_2);
                    }
                } catch (RuleFailed e) {
                    throw new RuleFailed(e.rule(), "sent with " + sending + ", received with " + receiving + ": "
                            + e.getMessage(), e);
                }
            }
        }
        return Words.joined(sets.size() + " sets of values, each with each", rounds.note("sets of a sender"));
    }
}
