package org.multifd.core.internal.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.Standalone;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.provider.layer.LoadedLayer;
import org.multifd.core.internal.provider.layer.ProviderClass;
import org.multifd.core.internal.provider.layer.TemporaryDirectory;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * A provider that has a name, and what else it declared when it was found: asked once, then kept. One that is refused
 * for what it declared stays here as unusable, so that it can be listed with the reason.
 */
public final class FoundProvider {

    private final Maker maker;
    private final MultiFDMethods methods;
    private final String name;
    private final Origin origin;
    private final Lifetime lifetime;
    private int apiVersion;
    private int priority;
    private List<MethodParameter> parameters = List.of();
    private Standalone standalone = Standalone.NEVER;
    private int formatVersion = 1;
    private Availability refusal;
    /** Set once a probe has hung: its thread may stay without end, so it gets no second one. */
    private volatile Availability hung;

    /** What makes the provider; its failure is the constructor's. */
    interface Maker {
        MultiFDMethods make() throws Throwable;
    }

    private FoundProvider(Maker maker, MultiFDMethods methods, String name, Origin origin) {
        this.maker = maker;
        this.methods = methods;
        this.name = name;
        this.origin = origin;
        this.lifetime = new Lifetime(methods, "method " + name + " of " + origin);
    }

    /** One that is there already. */
    static FoundProvider of(MultiFDMethods methods) throws MigrationException {
        return of(methods.getClass(), () -> methods);
    }

    /** One that the program was started with. */
    static FoundProvider of(Class<? extends MultiFDMethods> type, Maker maker) throws MigrationException {
        return new Making(type, Origin.of(type), maker).await();
    }

    /** One of a layer that is being made. */
    static Making making(ProviderClass provider, LoadedLayer layer) {
        return new Making(provider.type(), Origin.of(provider, layer.path()), provider::construct);
    }

    /**
     * A provider's constructor and first answers, which come from a thread of its own: several that hang are waited for
     * together.
     */
    static final class Making {

        private final Origin origin;
        private final AtomicReference<String> step = new AtomicReference<>("its constructor");
        private final ProviderCall<FoundProvider> call;

        private Making(Class<?> type, Origin origin, Maker maker) {
            this.origin = origin;
            call = ProviderCall.start(type.getClassLoader(), () -> {
                MultiFDMethods methods = make(type, origin, maker);
                step.set("name()");
                FoundProvider found = new FoundProvider(maker, methods, askName(methods, origin), origin);
                found.askTheRest(step);
                return found;
            });
        }

        /** Fails for a provider that cannot be made or has no proper name, which has no place in a list of methods. */
        FoundProvider await() throws MigrationException {
            try {
                return call.await();
            } catch (MigrationException e) {
                throw e;
            } catch (Throwable e) { // it did not answer; what it throws is a MigrationException by now
                Failures.passFatal(e);
                throw new MigrationException(Kind.METHOD, origin + ": " + step.get() + " " + e.getMessage(), e);
            }
        }
    }

    private static MultiFDMethods make(Class<?> type, Origin origin, Maker maker) throws MigrationException {
        try {
            return Objects.requireNonNull(maker.make(), "provider() gave null");
        } catch (Throwable e) { // whatever a provider throws, it is only this provider that is lost
            Failures.passFatal(e);
            String shown = origin.module().isEmpty() ? origin.toString() : origin.providerClass() + " of " + origin;
            throw new MigrationException(Kind.METHOD, shown + " could not be constructed: "
                    + Failures.explain(e, type.getModule()), e);
        }
    }

    private static String askName(MultiFDMethods methods, Origin origin) throws MigrationException {
        String name;
        try {
            name = methods.name();
        } catch (Throwable e) { // as above
            throw new MigrationException(Kind.METHOD, origin + ": " + failed("name()", methods, e).detail(), e);
        }
        if (!MethodName.isValid(name)) {
            String received = name == null ? "null" : Text.quote(name);
            throw new MigrationException(Kind.METHOD,
                    origin + ": received the method name " + received + ", expected " + MethodName.GRAMMAR);
        }
        return name;
    }

    /** What a provider that threw in answer to a question is; errors fatal to the JVM pass. */
    private static Availability failed(String question, MultiFDMethods methods, Throwable thrown) {
        Failures.passFatal(thrown);
        return Availability.unusable(question + " failed: "
                + Failures.explain(thrown, methods.getClass().getModule()) + TemporaryDirectory.cure(thrown), thrown);
    }

    /** A provider built for another API is asked nothing more: the other answers' types may be other ones there. */
    private void askTheRest(AtomicReference<String> step) {
        int needs;
        try {
            step.set("apiVersion() or needsApi()");
            apiVersion = methods.apiVersion();
            needs = methods.needsApi();
        } catch (LinkageError e) { // as above
            Failures.passFatal(e);
            refuse(Failures.anotherApi(methods.getClass().getModule(), Failures.describe(e)), e);
            return;
        } catch (Throwable e) { // as above
            refusal = failed("apiVersion() or needsApi()", methods, e);
            return;
        }
        if (!MultiFDApi.takes(apiVersion, needs)) {
            refuse("built for another API: received version " + apiVersion
                    + (needs == apiVersion ? "" : ", which needs at least " + needs) + ", expected "
                    + Failures.EXPECTED_API + Failures.API_REMEDY, null);
            return;
        }
        try {
            step.set("priority() or parameters()");
            priority = methods.priority();
            List<MethodParameter> given = methods.parameters();
            List<MethodParameter> declared = given == null ? null : List.copyOf(given);
            String fault = declared == null ? "parameters() gave null" : fault(declared);
            if (fault == null) {
                parameters = declared;
                askWhatItCan(step);
            } else {
                refuse(fault, null);
            }
        } catch (Throwable e) { // as above
            refusal = failed(step.get(), methods, e);
        }
    }

    private void askWhatItCan(AtomicReference<String> step) {
        step.set("standalone()");
        Standalone alone = methods.standalone();
        step.set("formatVersion()");
        int format = methods.formatVersion();
        if (alone == null) {
            refuse("standalone() gave null", null);
        } else if (format < 1 || format > InitPacket.HIGHEST_FORMAT) {
            refuse("received the format version " + format + ", expected 1.." + InitPacket.HIGHEST_FORMAT, null);
        } else {
            standalone = alone;
            formatVersion = format;
        }
    }

    /** Provider-contract 5.1. */
    private String fault(List<MethodParameter> declared) {
        String prefix = "multifd-" + name + "-";
        Set<String> seen = new HashSet<>();
        for (MethodParameter each : declared) {
            String given = each.name();
            if (!given.startsWith(prefix) || given.length() == prefix.length()
                    || !MethodName.hasOnlyNameCharacters(given)) {
                return "received the parameter name " + Text.quote(given) + ", expected " + prefix
                        + " and characters of a-z, 0-9 and -";
            }
            if (!seen.add(given)) {
                return "received the parameter " + given + " twice, expected each once";
            }
        }
        return null;
    }

    private void refuse(String why, Throwable cause) {
        refusal = Availability.unusable(why, cause);
    }

    public MultiFDMethods methods() {
        return methods;
    }

    /** Another provider of the same class; whatever its constructor throws comes as it is. */
    public MultiFDMethods another() throws Throwable {
        return maker.make();
    }

    public String name() {
        return name;
    }

    public Origin origin() {
        return origin;
    }

    /** 0 if it could not be asked. */
    public int apiVersion() {
        return apiVersion;
    }

    public int priority() {
        return priority;
    }

    /** Whether it makes packets that stand alone. */
    public Standalone standalone() {
        return standalone;
    }

    /** A scope for the channels of one migration, which keeps the provider from being released. */
    public Scope use() throws MigrationException {
        if (!lifetime.retain()) {
            throw new MigrationException(Kind.METHOD, "method " + name + " of " + origin
                    + ": its provider was released, expected one in use: its registry was closed or its jar removed");
        }
        return new Scope(lifetime::leave);
    }

    /** Nobody finds it any more. */
    void drop() {
        lifetime.drop();
    }

    /** The version of the format that its senders make. */
    public int formatVersion() {
        return formatVersion;
    }

    public List<MethodParameter> parameters() {
        return parameters;
    }

    /** Why the provider was refused when it was found, or null. */
    public Availability refusal() {
        return refusal;
    }

    /** A probe that runs: the provider loads its library now. */
    final class Probe {

        private final ProviderCall<Availability> call = refusal != null || hung != null ? null
                : ProviderCall.start(methods.getClass().getClassLoader(), methods::availability);

        /** The answer; a provider that breaks its promise not to throw is unusable, and so is one that hangs. */
        Availability await() {
            if (call == null) {
                return refusal != null ? refusal : hung;
            }
            try {
                Availability answer = call.await();
                if (answer == null) {
                    return Availability.unusable("availability() gave null", null);
                }
                String detail = Text.oneLine(answer.detail());
                if (answer.usable() && !answer.canSend()) {
                    return Availability.receivingOnly(detail);
                }
                return answer.usable() ? Availability.usable(detail, answer.cause())
                        : Availability.unusable(detail + TemporaryDirectory.cure(answer.cause()), answer.cause());
            } catch (ProviderCall.NoAnswer e) {
                hung = Availability.unusable("availability() " + e.getMessage(), e);
                return hung;
            } catch (Throwable e) { // as above
                return failed("availability()", methods, e);
            }
        }
    }

    /** Several probes can run at once. */
    Probe probe() {
        return new Probe();
    }

    Availability availability() {
        return probe().await();
    }
}
