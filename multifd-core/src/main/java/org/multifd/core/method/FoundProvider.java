package org.multifd.core.method;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.method.MethodException.Kind;
import org.multifd.core.wire.Text;

/**
 * A provider that has a name, and what else it declared when it was found: asked once, then kept. One that is refused for
 * what it declared stays here as unusable, so that it can be listed with the reason.
 */
public final class FoundProvider {

    private final MultiFDMethods methods;
    private final String name;
    private final Origin origin;
    private int apiVersion;
    private int priority;
    private List<MethodParameter> parameters = List.of();
    private Availability refusal;

    private FoundProvider(MultiFDMethods methods, String name, Origin origin) {
        this.methods = methods;
        this.name = name;
        this.origin = origin;
    }

    /** Fails for a provider without a proper name, which has no place in a list of methods. */
    static FoundProvider of(MultiFDMethods methods) throws MethodException {
        Origin origin = Origin.of(methods.getClass());
        FoundProvider found = new FoundProvider(methods, askName(methods, origin), origin);
        found.askTheRest();
        return found;
    }

    private static String askName(MultiFDMethods methods, Origin origin) throws MethodException {
        String name;
        try {
            name = methods.name();
        } catch (Throwable e) { // whatever a provider throws, it is only this provider that is lost
            Failures.passFatal(e);
            throw new MethodException(Kind.METHOD, origin + ": name() failed: " + Failures.describe(e), e);
        }
        if (!MethodName.isValid(name)) {
            String received = name == null ? "null" : Text.quote(name);
            throw new MethodException(Kind.METHOD,
                    origin + ": received the method name " + received + ", expected " + MethodName.GRAMMAR);
        }
        return name;
    }

    /** A provider built for another API is asked nothing more: the other answers' types may be other ones there. */
    private void askTheRest() {
        try {
            apiVersion = methods.apiVersion();
        } catch (Throwable e) { // as above
            Failures.passFatal(e);
            refuse((e instanceof LinkageError ? "built for another API than version " + MultiFDApi.VERSION
                    : "apiVersion() failed") + ": " + Failures.describe(e), e);
            return;
        }
        if (apiVersion != MultiFDApi.VERSION) {
            refuse("built for another API: received version " + apiVersion + ", expected " + MultiFDApi.VERSION, null);
            return;
        }
        try {
            priority = methods.priority();
            List<MethodParameter> given = methods.parameters();
            if (given == null) {
                refuse("parameters() gave null", null);
                return;
            }
            List<MethodParameter> declared = List.copyOf(given);
            String fault = fault(declared);
            if (fault != null) {
                refuse(fault, null);
                return;
            }
            parameters = declared;
        } catch (Throwable e) { // as above
            Failures.passFatal(e);
            refuse("priority() or parameters() failed: " + Failures.describe(e), e);
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

    public List<MethodParameter> parameters() {
        return parameters;
    }

    /** Why the provider was refused when it was found, or null. */
    Availability refusal() {
        return refusal;
    }

    /** Asks the provider, which loads its library now; one that breaks its promise not to throw is unusable. */
    Availability availability() {
        if (refusal != null) {
            return refusal;
        }
        try {
            Availability answer = methods.availability();
            if (answer == null) {
                return Availability.unusable("availability() gave null", null);
            }
            return new Availability(answer.usable(), Text.oneLine(answer.detail()), answer.cause());
        } catch (Throwable e) { // as above
            Failures.passFatal(e);
            return Availability.unusable("availability() failed: " + Failures.describe(e), e);
        }
    }
}
