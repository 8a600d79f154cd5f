package org.multifd.core.internal.provider;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.multifd.api.Availability;

/** The providers of one name, and which of them serves it (provider-contract 1.2). */
final class Candidates {

    private final String name;
    private final String choice;
    private final List<FoundProvider> all;
    private final Map<FoundProvider, Availability> availability;
    /** Those that may serve and none beats: one serves, more are a tie. */
    private final List<FoundProvider> best;

    /** @param choice the user's word for the one to take, or null */
    Candidates(String name, List<FoundProvider> providers, Map<FoundProvider, Availability> availability,
            String choice) {
        this.name = name;
        this.choice = choice;
        this.all = providers;
        this.availability = availability;
        List<FoundProvider> pool = all.stream().filter(p -> availability.get(p).usable()).filter(this::mayServe)
                .filter(p -> original(p) == null).toList();
        int top = pool.stream().mapToInt(FoundProvider::priority).max().orElse(0);
        best = pool.stream().filter(p -> p.priority() == top).toList();
    }

    /** All of them, by name and then as found. */
    static List<ProviderStatus> list(List<FoundProvider> providers, Map<String, String> choices,
            Direction direction) {
        Map<FoundProvider, Availability> availability = probe(providers, direction);
        return providers.stream().map(FoundProvider::name).distinct().sorted()
                .map(name -> new Candidates(name, named(name, providers), availability, choices.get(name)))
                .flatMap(each -> each.statuses().stream()).toList();
    }

    static List<FoundProvider> named(String name, List<FoundProvider> providers) {
        return providers.stream().filter(each -> each.name().equals(name)).toList();
    }

    /** All at once: each may load a library, and those that hang are waited for together. */
    static Map<FoundProvider, Availability> probe(List<FoundProvider> providers, Direction direction) {
        List<FoundProvider.Probe> probes = providers.stream().map(FoundProvider::probe).toList();
        Map<FoundProvider, Availability> answers = new IdentityHashMap<>();
        for (int i = 0; i < probes.size(); i++) {
            answers.put(providers.get(i), direction.of(probes.get(i).await()));
        }
        return answers;
    }

    private boolean mayServe(FoundProvider provider) {
        return choice == null || provider.origin().isMeantBy(choice);
    }

    /**
     * The same module of the same version among those that the program was started with, or null. A program may have in
     * its module path what a directory holds as well: that is no conflict, and what it was started with comes first.
     */
    private FoundProvider original(FoundProvider provider) {
        return all.stream().filter(other -> provider.origin().isInLayerOfItsOwn()
                && other.origin().sameModule(provider.origin())
                && availability.get(other).usable() && mayServe(other)).findFirst().orElse(null);
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
        List<FoundProvider> meant = all.stream().filter(this::mayServe).toList();
        if (meant.isEmpty()) {
            return "the chosen provider is not there any more: " + choice;
        }
        return (choice == null ? "unusable: " : "the chosen provider is unusable: ") + meant.stream()
                .map(p -> naming.apply(p.origin()) + ": " + availability.get(p).detail())
                .collect(Collectors.joining("; "));
    }

    /** What helps when none serves the name; the advice is for a name that nobody has. */
    String remedy(Supplier<String> advice) {
        if (all.isEmpty()) {
            return advice.get();
        }
        if (best.size() > 1) {
            return "choose one, " + best.stream().map(this::choosing).collect(Collectors.joining(" or "))
                    + ", or remove a jar";
        }
        return "use another method or mend this one";
    }

    /** What takes this one of the best. */
    private String choosing(FoundProvider provider) {
        return "--provider " + name + "=" + provider.origin()
                .wordAmong(best.stream().map(FoundProvider::origin).toList());
    }

    /**
     * What somebody should know who did not ask for it: that a provider serves the name in place of another one that
     * works, too; or "".
     */
    String replaced() {
        FoundProvider serving = serving();
        List<FoundProvider> others = serving == null || choice != null ? List.of() : all.stream()
                .filter(p -> p != serving && availability.get(p).usable() && original(p) == null).toList();
        return others.isEmpty() ? "" : "method " + name + ": " + serving.origin() + " serves it in place of "
                + others.stream().map(p -> p.origin().toString()).collect(Collectors.joining(" and "))
                + ", as it declares the higher priority, " + serving.priority() + "; name one of them to settle it: "
                + "--provider " + name + "=" + serving.origin()
                .wordAmong(all.stream().map(FoundProvider::origin).toList()) + " or MethodRegistry.choose";
    }

    List<ProviderStatus> statuses() {
        return all.stream().map(each -> new ProviderStatus(each, availability.get(each),
                availability.get(each).usable() ? lost(each) : "")).toList();
    }

    private String lost(FoundProvider provider) {
        FoundProvider serving = serving();
        if (provider == serving) {
            return "";
        }
        if (!mayServe(provider)) {
            return choice + " was chosen";
        }
        FoundProvider original = original(provider);
        if (original != null) {
            return "the same module is on the module path: " + original.origin().location();
        }
        if (serving != null) {
            return serving.origin().label() + " has the higher priority: " + serving.priority() + " against "
                    + provider.priority();
        }
        if (best.contains(provider)) {
            return best.stream().filter(p -> p != provider).map(p -> p.origin().toString())
                    .collect(Collectors.joining(" and ")) + " has the same priority, " + provider.priority()
                    + ": " + choosing(provider) + " takes this one";
        }
        return best.get(0).origin().label() + " and others have the higher priority: " + best.get(0).priority()
                + " against " + provider.priority();
    }
}
