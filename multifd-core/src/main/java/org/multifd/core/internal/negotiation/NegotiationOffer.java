package org.multifd.core.internal.negotiation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;

/**
 * The sending side's part: it asks for what it can serve itself, and keeps why not for the rest.
 *
 * @param preference what the user gave
 * @param ownReasons why this side cannot serve the names that it does not ask for
 * @param request what it asks
 */
public record NegotiationOffer(MethodPreference preference, Map<String, String> ownReasons,
        Negotiation.Request request) {

    private static final String REMEDY =
            "; put the missing provider's jar on that side's module path or name another method";

    /** Fails, before there is a connection, if this side can serve none of the names. */
    public static NegotiationOffer of(MethodPreference preference, Providers providers, int pageSize, int channels,
            int payloadLimit) throws MigrationException {
        Map<String, String> reasons = new LinkedHashMap<>();
        List<String> usable = new ArrayList<>();
        for (String name : preference.names()) {
            String reason = providers.whyNot(name, Direction.SEND);
            if (reason == null) {
                usable.add(name);
            } else {
                reasons.put(name, reason);
            }
        }
        if (usable.isEmpty()) {
            throw new MigrationException(Kind.METHOD, "multifd-compression: received " + preference
                    + ", expected one that is usable here: " + list(reasons) + REMEDY);
        }
        return new NegotiationOffer(preference, reasons,
                new Negotiation.Request(pageSize, channels, payloadLimit, usable));
    }

    /** What both sides can do, or an error that says why there is nothing. */
    public Agreement settle(Negotiation.Answer answer) throws MigrationException {
        List<String> asked = request.methods();
        String expected = String.join(", ", asked);
        for (String name : answer.reasons().keySet()) {
            if (!asked.contains(name)) {
                throw Negotiation.invalid("received a reason against " + name + ", expected only " + expected);
            }
        }
        String method = answer.method();
        if (method.isEmpty()) {
            throw nothingFits(answer);
        }
        if (!asked.contains(method)) {
            throw Negotiation.invalid("received the method " + method + ", expected one of " + expected);
        }
        Negotiation.Accepts accepts = answer.accepts();
        if (!accepts.pageSizes().contains(request.pageSize())) {
            throw new MigrationException(Kind.METHOD, "negotiation: received the peer's page sizes "
                    + accepts.pageSizes().stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + ", expected this guest's, " + request.pageSize() + ", among them");
        }
        if (accepts.channels() != 0 && accepts.channels() != request.channels()) {
            throw new MigrationException(Kind.METHOD, "negotiation: received the peer's multifd-channels "
                    + accepts.channels() + ", expected " + request.channels() + "; give both sides the same");
        }
        return new Agreement(method, Math.min(request.payloadLimit(), accepts.payloadLimit()));
    }

    private MigrationException nothingFits(Negotiation.Answer answer) {
        Map<String, String> peer = new LinkedHashMap<>();
        for (String name : request.methods()) {
            peer.put(name, answer.reasons().getOrDefault(name, "no reason given"));
        }
        return new MigrationException(Kind.METHOD, "negotiation: no method of " + preference + " works on both sides; "
                + (ownReasons.isEmpty() ? "" : "here: " + list(ownReasons) + "; ") + "peer: " + list(peer) + REMEDY);
    }

    private static String list(Map<String, String> reasons) {
        return reasons.entrySet().stream().map(e -> e.getKey() + " (" + e.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * What was agreed.
     *
     * @param method the name
     * @param payloadLimit the largest payload in bytes that both sides can handle
     */
    public record Agreement(String method, int payloadLimit) {
    }
}
