package org.multifd.core.method;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.multifd.api.Availability;

/** The providers of one name, and which of them serves it (provider-contract 1.2). */
final class Candidates {

    private record Candidate(FoundProvider provider, Availability availability) {
    }

    private final String name;
    private final String choice;
    private final List<Candidate> all;
    /** Those that may serve and none beats: one serves, more are a tie. */
    private final List<FoundProvider> best;

    /** Asks every one of them for its availability. The choice is a module's or class's name, or null. */
    Candidates(String name, List<FoundProvider> providers, String choice) {
        this.name = name;
        this.choice = choice;
        all = providers.stream().map(p -> new Candidate(p, p.availability())).toList();
        List<FoundProvider> pool = all.stream().filter(c -> c.availability().usable()).map(Candidate::provider)
                .filter(p -> choice == null || isChosen(p)).toList();
        int top = pool.stream().mapToInt(FoundProvider::priority).max().orElse(0);
        best = pool.stream().filter(p -> p.priority() == top).toList();
    }

    private boolean isChosen(FoundProvider provider) {
        return provider.origin().label().equals(choice);
    }

    /** The provider that serves the name, or null. */
    FoundProvider serving() {
        return best.size() == 1 ? best.get(0) : null;
    }

    /** Why none serves the name, each provider named as the caller likes. */
    String whyNone(Function<Origin, String> naming) {
        if (all.isEmpty()) {
            return "no provider found";
        }
        if (best.size() > 1) {
            return best.stream().map(p -> naming.apply(p.origin())).collect(Collectors.joining(" and "))
                    + " both serve it with priority " + best.get(0).priority();
        }
        List<String> reasons = new ArrayList<>();
        for (Candidate each : all) {
            if (choice == null || isChosen(each.provider())) {
                reasons.add(naming.apply(each.provider().origin()) + ": " + each.availability().detail());
            }
        }
        return (choice == null ? "unusable: " : "the chosen provider is unusable: ") + String.join("; ", reasons);
    }

    /** What helps when none serves the name. */
    String remedy() {
        if (all.isEmpty()) {
            return "put the provider's jar on the module path";
        }
        if (best.size() > 1) {
            return "choose one by its module (--provider " + name + "=MODULE) or remove a jar";
        }
        return "use another method or mend this one";
    }

    List<ProviderStatus> statuses() {
        return all.stream()
                .map(c -> new ProviderStatus(c.provider(), c.availability(), c.availability().usable() ? lost(c) : ""))
                .toList();
    }

    private String lost(Candidate candidate) {
        FoundProvider provider = candidate.provider();
        FoundProvider serving = serving();
        if (provider == serving) {
            return "";
        }
        if (choice != null && !isChosen(provider)) {
            return choice + " was chosen";
        }
        if (serving != null) {
            return serving.origin().label() + " has the higher priority: " + serving.priority() + " against "
                    + provider.priority();
        }
        if (best.contains(provider)) {
            return best.stream().filter(p -> p != provider).map(p -> p.origin().toString())
                    .collect(Collectors.joining(" and ")) + " has the same priority, " + provider.priority();
        }
        return best.get(0).origin().label() + " and others have the higher priority: " + best.get(0).priority()
                + " against " + provider.priority();
    }
}
