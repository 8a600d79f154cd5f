package org.multifd.core.internal.negotiation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.provider.FakeMethods;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;

/** Both sides' choice, without a connection. */
class NegotiationTest {

    private static final Negotiation.Accepts LIMITS =
            new Negotiation.Accepts(1 << 20, List.of(4096, 16384, 65536), 0);

    private static Providers providers(String... names) {
        Providers providers = new Providers();
        for (String name : names) {
            providers.register(new FakeMethods(name));
        }
        return providers;
    }

    private static NegotiationOffer offer(String preference, Providers providers) throws MigrationException {
        return NegotiationOffer.of(MethodPreference.parse(preference), providers, 4096, 2, 1 << 20);
    }

    private static Negotiation.Answer answer(NegotiationOffer offer, Providers peer, String... accepted) {
        return Negotiation.Answer.to(offer.request(), peer, List.of(accepted), LIMITS);
    }

    private static MigrationException refusal(NegotiationOffer offer, Negotiation.Answer answer) {
        return assertThrows(MigrationException.class, () -> offer.settle(answer));
    }

    @Test
    void shouldAgreeOnTheFirstThatBothServe() throws Exception {
        NegotiationOffer offer = offer("zstd,lz4,none", providers("none", "lz4", "zstd"));
        Negotiation.Answer answer = answer(offer, providers("none", "lz4"));

        assertEquals(new Negotiation.Answer("lz4", Map.of("zstd", "no provider found"), LIMITS), answer);
        assertEquals(new NegotiationOffer.Agreement("lz4", 1 << 20), offer.settle(answer));
    }

    @Test
    void shouldAskOnlyForWhatItServesItself() throws Exception {
        NegotiationOffer offer = offer("brotli,lz4,none", providers("none", "lz4"));

        assertEquals(List.of("lz4", "none"), offer.request().methods());
        assertEquals("lz4", offer.settle(answer(offer, providers("brotli", "lz4", "none"))).method());
    }

    @Test
    void shouldFailBeforeConnectingIfItServesNone() {
        Providers own = providers("none");
        own.register(FakeMethods.unusable("lz4", "no native library"));

        MigrationException e = assertThrows(MigrationException.class, () -> offer("zstd,lz4", own));
        assertEquals("multifd-compression: received zstd,lz4, expected one that is usable here: zstd (no provider"
                + " found), lz4 (unusable: org.multifd.core: no native library); put the missing provider's jar on"
                + " that side's module path or name another method", e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
    }

    @Test
    void shouldKeepToTheNamesTheReceiverWasGiven() throws Exception {
        NegotiationOffer offer = offer("zstd,lz4,none", providers("none", "lz4", "zstd"));
        Negotiation.Answer answer = answer(offer, providers("none", "lz4", "zstd"), "none", "lz4");

        assertEquals("lz4", answer.method());
        assertEquals(Map.of("zstd", "multifd-compression is none,lz4 there"), answer.reasons());
    }

    @Test
    void shouldSayBothSidesReasonsIfNothingFits() throws Exception {
        Providers peer = providers("zstd", "none");
        peer.register(FakeMethods.unusable("lz4", "no native library"));
        NegotiationOffer offer = offer("brotli,zstd,lz4", providers("none", "lz4", "zstd"));
        MigrationException e = refusal(offer, answer(offer, peer, "none", "lz4"));

        assertEquals("negotiation: no method of brotli,zstd,lz4 works on both sides; here: brotli (no provider found); "
                + "peer: zstd (multifd-compression is none,lz4 there), lz4 (unusable: org.multifd.core: no native "
                + "library); put the missing provider's jar on that side's module path or name another method",
                e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
    }

    @Test
    void shouldSayIfThePeerGivesNoReason() throws Exception {
        NegotiationOffer offer = offer("zstd,lz4", providers("lz4", "zstd"));

        assertEquals("negotiation: no method of zstd,lz4 works on both sides; peer: zstd (no reason given), lz4 (no "
                + "reason given); put the missing provider's jar on that side's module path or name another method",
                refusal(offer, new Negotiation.Answer("", Map.of(), LIMITS)).getMessage());
    }

    @Test
    void shouldRefuseAChoiceItDidNotOffer() throws Exception {
        NegotiationOffer offer = offer("zstd,lz4", providers("lz4", "zstd"));
        MigrationException e = refusal(offer, new Negotiation.Answer("none", Map.of(), LIMITS));

        assertEquals("negotiation: received the method none, expected one of zstd, lz4", e.getMessage());
        assertEquals(Kind.STREAM, e.kind());
        assertEquals("negotiation: received a reason against qpl, expected only zstd, lz4",
                refusal(offer, new Negotiation.Answer("lz4", Map.of("qpl", ""), LIMITS)).getMessage());
    }

    @Test
    void shouldRefuseLimitsThatItCannotKeep() throws Exception {
        NegotiationOffer offer = offer("zstd,lz4", providers("lz4", "zstd"));

        assertEquals("negotiation: received the peer's page sizes 16384, 65536, expected this guest's, 4096, among"
                + " them", refusal(offer, new Negotiation.Answer("zstd", Map.of(),
                        new Negotiation.Accepts(1 << 20, List.of(16384, 65536), 0))).getMessage());
        assertEquals("negotiation: received the peer's multifd-channels 4, expected 2; give both sides the same",
                refusal(offer, new Negotiation.Answer("zstd", Map.of(),
                        new Negotiation.Accepts(1 << 20, List.of(4096), 4))).getMessage());
        assertEquals("zstd", offer.settle(new Negotiation.Answer("zstd", Map.of(),
                new Negotiation.Accepts(1 << 20, List.of(4096), 2))).method());
    }

    @Test
    void shouldAgreeOnTheLowerPayloadLimit() throws Exception {
        NegotiationOffer large = NegotiationOffer.of(MethodPreference.parse("zstd,lz4"), providers("zstd"), 4096, 2,
                1 << 24);
        Negotiation.Accepts middle = new Negotiation.Accepts(1 << 22, List.of(4096), 0);
        NegotiationOffer small = offer("zstd,lz4", providers("zstd"));

        assertEquals(1 << 22, large.settle(new Negotiation.Answer("zstd", Map.of(), middle)).payloadLimit());
        assertEquals(1 << 20, small.settle(new Negotiation.Answer("zstd", Map.of(), middle)).payloadLimit());
    }

    @Test
    void shouldNotMakeMessagesThatCouldNotBeRead() {
        assertEquals("field channels: received 0, expected 1..255", assertThrows(IllegalArgumentException.class,
                () -> new Negotiation.Request(4096, 0, 1 << 20, List.of("zstd"))).getMessage());
        assertEquals("field methods: received [zstd, zstd], expected each name once",
                assertThrows(IllegalArgumentException.class,
                        () -> new Negotiation.Request(4096, 1, 1 << 20, List.of("zstd", "zstd"))).getMessage());
        assertEquals("field payload-limit: received 1, expected 1048576..16777216",
                assertThrows(IllegalArgumentException.class,
                        () -> new Negotiation.Accepts(1, List.of(4096), 0)).getMessage());
    }
}
