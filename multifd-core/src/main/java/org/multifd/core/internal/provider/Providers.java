package org.multifd.core.internal.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.ServiceLoader.Provider;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.ParameterValues;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.ProviderDirectories.Found;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The providers found and registered, and which of them serves a name (provider-contract 1).
 *
 * <p>Changes replace the lists under the lock; readers take a list as it is. No provider's code runs under the lock:
 * while the paths are looked at, which is done by one thread at a time, methods can be found and registered.
 */
public final class Providers {

    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    /** ServiceLoader may fail at the same step again and again: when it cannot list the service files, for one. */
    private static final int MAX_FAILURES_IN_A_ROW = 100;

    private final String advice;
    private final ProviderDirectories directories;
    /** What the program was started with, and its own: stays. */
    private List<FoundProvider> fixed = List.of();
    private List<MigrationException> fixedProblems = List.of();
    /** What the paths have now. */
    private Found layers = new Found(List.of(), List.of());
    private volatile List<FoundProvider> found = List.of();
    private volatile List<MigrationException> problems = List.of();
    private volatile Map<String, String> choices = Map.of();
    /** What was logged once, by this or by what it is a copy of. */
    private Set<String> told = ConcurrentHashMap.newKeySet();

    public Providers() {
        this(List.of(), null);
    }

    /**
     * With these paths to look for layers in.
     *
     * @param advice for somebody who named a method that is not there; null if the program has none of its own
     */
    public Providers(List<ProviderPath> paths, String advice) {
        this.directories = new ProviderDirectories(paths);
        this.advice = advice;
    }

    /** The same providers, whatever becomes of this: what a migration uses from its beginning to its end. */
    public synchronized Providers now() {
        Providers copy = new Providers(List.of(), advice);
        copy.fixed = fixed;
        copy.fixedProblems = fixedProblems;
        copy.found = found;
        copy.problems = problems;
        copy.choices = choices;
        copy.told = told;
        return copy;
    }

    /**
     * What is in core's layer and its parents, what core's own loader and the thread's context loader see, the class
     * path included, and the paths. A thread of a pool or of a framework may have a context loader that sees nothing.
     */
    public void load() {
        ModuleLayer layer = Providers.class.getModule().getLayer();
        if (layer != null) {
            addFrom(layer);
        }
        addFrom(Providers.class.getClassLoader());
        addFrom(Thread.currentThread().getContextClassLoader());
        synchronized (directories) {
            combine(directories.load());
        }
    }

    /** Looks at the paths again; says whether anything has changed. */
    public boolean rescan() {
        synchronized (directories) {
            boolean changed = combine(directories.rescan());
            directories.takeGivenUp().forEach(FoundProvider::drop);
            return changed;
        }
    }

    /** Finds nothing any more; each provider is released when no migration uses it. */
    public void close() {
        List<FoundProvider> dropped;
        synchronized (directories) {
            synchronized (this) {
                dropped = found;
                fixed = List.of();
                layers = new Found(List.of(), List.of());
                combine();
            }
        }
        dropped.forEach(FoundProvider::drop);
    }

    private synchronized boolean combine(Found now) {
        boolean changed = now != layers;
        layers = now;
        combine();
        return changed;
    }

    private synchronized void combine() {
        List<FoundProvider> all = new ArrayList<>(fixed);
        List<MigrationException> failed = new ArrayList<>(fixedProblems);
        failed.addAll(layers.problems());
        for (LayerProviders each : layers.layers()) {
            all.addAll(each.found());
            failed.addAll(each.problems());
        }
        found = List.copyOf(all);
        problems = List.copyOf(failed);
    }

    /** Adds the providers in a layer and its parents. */
    public void addFrom(ModuleLayer layer) {
        addFrom(ServiceLoader.load(layer, MultiFDMethods.class));
    }

    /** Adds the providers that a class loader sees; null is the system's. */
    public void addFrom(ClassLoader loader) {
        addFrom(ServiceLoader.load(MultiFDMethods.class, loader));
    }

    private void addFrom(ServiceLoader<MultiFDMethods> loader) {
        scan(loader.stream().iterator(), this::addFound, this::addProblem);
    }

    /**
     * Walks over what ServiceLoader finds. Each step of it can fail, with an error of its own or a provider's: a step
     * that failed is reported and the walk goes on (provider-contract 1.6).
     */
    static void scan(Iterator<Provider<MultiFDMethods>> providers, Consumer<FoundProvider> found,
            Consumer<MigrationException> problems) {
        int failures = 0;
        while (failures < MAX_FAILURES_IN_A_ROW) {
            Provider<MultiFDMethods> provider;
            try {
                if (!providers.hasNext()) {
                    return;
                }
                provider = providers.next();
            } catch (Throwable e) { // a LinkageError comes through as it is where ServiceLoader does not expect it
                Failures.passFatal(e);
                failures++;
                problems.accept(new MigrationException(Kind.METHOD,
                        "a provider could not be loaded: " + Failures.describe(e), e));
                continue;
            }
            failures = 0;
            try {
                found.accept(FoundProvider.of(provider.type(), provider::get));
            } catch (MigrationException e) {
                problems.accept(e);
            }
        }
        problems.accept(new MigrationException(Kind.METHOD,
                "the search for providers was given up after " + MAX_FAILURES_IN_A_ROW + " failures in a row"));
    }

    /** Layers have parents in common and a class path provider is seen from everywhere: the second sight is no news. */
    private synchronized void addFound(FoundProvider provider) {
        boolean known = fixed.stream().anyMatch(p -> p.name().equals(provider.name())
                && p.methods().getClass() == provider.methods().getClass());
        if (!known) {
            add(provider);
        }
    }

    private synchronized void addProblem(MigrationException problem) {
        if (fixedProblems.stream().noneMatch(p -> p.getMessage().equals(problem.getMessage()))) {
            LOG.debug("{}", problem.getMessage(), problem.getCause());
            fixedProblems = append(fixedProblems, problem);
            combine();
        }
    }

    private void add(FoundProvider provider) {
        log(provider);
        fixed = append(fixed, provider);
        combine();
    }

    static void log(FoundProvider provider) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("method {}: {}, class {}, API {}, priority {}{}", provider.name(), provider.origin(),
                    provider.origin().providerClass(), provider.apiVersion(), provider.priority(),
                    provider.refusal() == null ? "" : ", refused: " + provider.refusal().detail());
        }
    }

    /** A program's own, into an empty slot only. */
    public void register(MultiFDMethods methods) {
        FoundProvider provider;
        try {
            provider = FoundProvider.of(methods);
        } catch (MigrationException e) {
            throw new IllegalArgumentException(e.getMessage(), e.getCause());
        }
        if (provider.refusal() != null) {
            throw new IllegalArgumentException("method " + provider.name() + ": " + provider.origin() + ": "
                    + provider.refusal().detail(), provider.refusal().cause());
        }
        synchronized (this) {
            for (FoundProvider other : found) {
                if (other.name().equals(provider.name()) && other.refusal() == null) {
                    throw new IllegalStateException("method " + provider.name() + ": received "
                            + provider.origin().providerClass() + " to register, expected an empty slot: "
                            + other.origin().providerClass() + " of " + other.origin() + " is there");
                }
            }
            add(provider);
        }
    }

    /** Takes the provider that is meant, whatever the priorities are. */
    public synchronized void choose(String name, String meant) throws MigrationException {
        List<Origin> named = named(name).stream().map(FoundProvider::origin).toList();
        if (named.stream().noneMatch(each -> each.isMeantBy(meant))) {
            String existing = named.isEmpty() ? "none: no provider has that name" : named.stream()
                    .map(each -> each.wordAmong(named)).distinct().collect(Collectors.joining(" or "));
            throw new MigrationException(Kind.METHOD, "method " + Text.oneLine(name) + ": received the provider "
                    + Text.oneLine(meant) + ", expected " + existing);
        }
        Map<String, String> changed = new HashMap<>(choices);
        changed.put(name, meant);
        choices = Map.copyOf(changed);
    }

    /** The methods of the provider that serves the name, for receiving at least. */
    public MultiFDMethods find(String name) throws MigrationException {
        return serving(name, Direction.RECEIVE).methods();
    }

    /** The provider that serves the name. */
    public FoundProvider serving(String name, Direction direction) throws MigrationException {
        Candidates candidates = candidates(name, direction);
        FoundProvider serving = candidates.serving();
        if (serving == null) {
            throw new MigrationException(Kind.METHOD, NoMethod.explain(name, candidates, !named(name).isEmpty(),
                    list(direction), problems, () -> advice == null ? ProgramJar.advice() : advice));
        }
        String replaced = candidates.replaced();
        if (!replaced.isEmpty() && told.add(replaced)) {
            LOG.warn("{}", replaced);
        }
        return serving;
    }

    /** Why no provider serves the name, in words fit for the peer (no paths), or null if one does. */
    public String whyNot(String name, Direction direction) {
        Candidates candidates = candidates(name, direction);
        return candidates.serving() == null ? candidates.whyNone(Origin::label) : null;
    }

    /** Every provider, by name and then as found. */
    public List<ProviderStatus> list() {
        return list(Direction.RECEIVE);
    }

    private List<ProviderStatus> list(Direction direction) {
        return Candidates.list(found, choices, direction);
    }

    /** Every provider of a name; the others are not asked whether they work. */
    public List<ProviderStatus> list(String name) {
        return Candidates.list(named(name), choices, Direction.RECEIVE);
    }

    /**
     * Every parameter that a provider declares, whether it can be used here or not: nobody is asked whether it works.
     */
    public List<MethodParameter> parameters() {
        return found.stream().flatMap(each -> each.parameters().stream()).toList();
    }

    /** What failed to load. */
    public List<MigrationException> problems() {
        return problems;
    }

    /**
     * The values of a method's parameters, from what the user gave for this or any other method.
     *
     * @param given names with values, whose text counts
     */
    public ParameterValues values(MultiFDMethods methods, Map<String, ?> given) throws MigrationException {
        List<MethodParameter> declared = found.stream().filter(p -> p.methods() == methods).findFirst()
                .map(FoundProvider::parameters)
                .orElseThrow(() -> new IllegalArgumentException("not registered: " + methods.getClass().getName()));
        return ParameterCheck.values(declared, parameters(), given);
    }

    /** Checks what the user gave where no method is in use: names that no method declares, and values out of range. */
    public void check(Map<String, ?> given) throws MigrationException {
        ParameterCheck.values(List.of(), parameters(), given);
    }

    private List<FoundProvider> named(String name) {
        return Candidates.named(name, found);
    }

    private Candidates candidates(String name, Direction direction) {
        List<FoundProvider> named = named(name);
        return new Candidates(name, named, Candidates.probe(named, direction), choices.get(name));
    }

    private static <T> List<T> append(List<T> list, T item) {
        List<T> longer = new ArrayList<>(list);
        longer.add(item);
        return List.copyOf(longer);
    }
}
