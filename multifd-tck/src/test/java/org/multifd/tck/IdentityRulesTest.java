package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.reference.DeflateMethods;

class IdentityRulesTest {

    @Test
    void shouldRefuseANameOutsideTheGrammar() {
        String grammar = " is not 1 to 31 characters of a-z, 0-9 and -, starting with a letter";
        assertEquals("the name \"Snappy\"" + grammar, Verdict.onlyFailure(Rule.RULE_1_1, () -> named("Snappy")));
        for (String name : List.of("4x", "", "a_b", "a".repeat(32))) {
            assertEquals(RuleResult.failed(Rule.RULE_1_1, "the name \"" + name + "\"" + grammar + " (seed 20190801)"),
                    new Conformance(() -> named(name)).check(Rule.RULE_1_1));
        }
    }

    @Test
    void shouldRefuseAMethodWithoutAName() {
        assertEquals("the name is null", Verdict.onlyFailure(Rule.RULE_1_1, () -> named(null)));
    }

    @Test
    void shouldRefuseAQemuNameForOtherPayloads() {
        String reason = Verdict.onlyFailure(Rule.RULE_1_1, () -> named("zlib"));
        assertTrue(reason.startsWith("the oracle cannot read what was sent: java.util.zip.DataFormatException"),
                reason);
    }

    @Test
    void shouldTakeAnotherProviderForAnOracle() {
        assertEquals(RuleResult.passed(Rule.RULE_1_1,
                "QEMU's zlib in both directions, by an independent implementation"),
                new Conformance(comparedWithDeflate(new DeflateMethods())).check(Rule.RULE_1_1));
        String reason = new Conformance(comparedWithDeflate(named("zstd"))).check(Rule.RULE_1_1).detail();
        assertTrue(reason.startsWith("the oracle cannot read what was sent: org.multifd.api.MultiFDException: "),
                reason);
    }

    private static Subject comparedWithDeflate(MultiFDMethods methods) {
        return new Subject() {
            @Override
            public MultiFDMethods methods() {
                return methods;
            }

            @Override
            public Oracle oracle() {
                return new ProviderOracle(new DeflateMethods());
            }
        };
    }

    private static MultiFDMethods named(String name) {
        return new Altered() {
            @Override
            public String name() {
                return name;
            }
        };
    }

    @Test
    void shouldRefuseAConstructorThatThrows() {
        assertEquals("java.lang.UnsatisfiedLinkError: no libsnappy", Verdict.onlyFailure(Rule.RULE_1_3, () -> {
            throw new UnsatisfiedLinkError("no libsnappy");
        }));
    }

    @Test
    void shouldRefuseAnotherAnswerTheSecondTime() {
        AtomicInteger constructed = new AtomicInteger();
        assertEquals("name() answered copy1, then copy2",
                Verdict.onlyFailure(Rule.RULE_1_3, () -> named("copy" + constructed.incrementAndGet())));
    }

    @Test
    void shouldSeeANativeLibraryThatIsLoadedTooEarly() {
        String reason = Verdict.onlyFailure(Rule.RULE_1_3, () -> {
            // By a loader of its own: another test may have loaded it already.
            URL jar = LZ4Factory.class.getProtectionDomain().getCodeSource().getLocation();
            URLClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
            try {
                loader.loadClass(LZ4Factory.class.getName()).getMethod("nativeInstance").invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            return new Altered();
        });
        assertTrue(reason.startsWith("constructing it and asking its name loaded /") && reason.contains("lz4"), reason);
    }

    @Test
    void shouldRefuseAnAvailabilityThatThrows() {
        assertEquals("availability() threw: java.lang.UnsatisfiedLinkError: no libsnappy", available(() -> {
            throw new UnsatisfiedLinkError("no libsnappy");
        }));
    }

    @Test
    void shouldRefuseAnAvailabilityWithoutAnAnswerOrALine() {
        assertEquals("availability() returned null", available(() -> null));
        assertEquals("the detail is not one line: \"\"", available(() -> Availability.usable("")));
        assertEquals("the detail is not one line: \"no\nlibrary\"",
                available(() -> Availability.unusable("no\nlibrary", null)));
    }

    private static String available(java.util.function.Supplier<Availability> answer) {
        return Verdict.onlyFailure(Rule.RULE_1_4, () -> new Altered() {
            @Override
            public Availability availability() {
                return answer.get();
            }
        });
    }

    @Test
    void shouldRefuseAUsableMethodThatCannotBeSetUp() {
        assertEquals("it says usable, but its set-up threw: org.multifd.api.MultiFDException: no memory",
                Verdict.onlyFailure(Rule.RULE_1_4, () -> Altered.sender(params -> {
                    throw new MultiFDException("no memory");
                })));
    }

    @Test
    void shouldLeaveAnUnusableMethodUnjudged() {
        Report report = new Conformance(() -> new Altered() {
            @Override
            public Availability availability() {
                return Availability.unusable("needs an accelerator", null);
            }

            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                throw new AssertionError("an unusable method was used");
            }
        }).run();
        List<String> unjudged = new ArrayList<>();
        for (RuleResult result : report.results()) {
            if (result.detail().equals("the method is unusable here: needs an accelerator")) {
                unjudged.add(result.rule().number());
            }
        }
        // whether parameters have to match is known of a method that declares none
        assertEquals(Arrays.stream(Rule.values()).filter(rule -> !rule.coresSide() && rule != Rule.RULE_5_2)
                .map(Rule::number).filter(number -> number.compareTo("2") > 0).toList(), unjudged);
    }

    @Test
    void shouldRefuseAnotherApiVersion() {
        assertEquals("declares API version 7, the API takes providers for 1..1", Verdict.onlyFailure(Rule.RULE_1_5,
                () ->
                new Altered() {
            @Override
            public int apiVersion() {
                return 7;
            }
        }));
    }

    @Test
    void shouldRefuseParametersThatChange() {
        List<MethodParameter> once = List.of(MethodParameter.integer("multifd-copy-quality", 0, 1, 0, "how well"));
        AtomicInteger asked = new AtomicInteger();
        assertEquals("parameters() answered " + once + ", then []",
                Verdict.onlyFailure(Rule.RULE_1_3, () -> new Altered() {
            @Override
            public List<MethodParameter> parameters() {
                return asked.getAndIncrement() == 0 ? once : List.of();
            }
        }));
    }
}
