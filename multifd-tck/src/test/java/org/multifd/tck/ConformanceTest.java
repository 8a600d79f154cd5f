package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.tck.internal.rule.Leftovers;
import org.multifd.tck.reference.CopyMethods;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ConformanceTest {

    @Test
    void shouldHaveATestForEachRuleOfAProviders() {
        List<String> expected = Arrays.stream(Rule.values()).filter(rule -> !rule.coresSide())
                .map(rule -> "rule_" + rule.number().replace('.', '_') + "_" + rule.title().replace(' ', '_')).sorted()
                .toList();
        List<String> tests = Arrays.stream(MultiFDMethodsConformanceTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class)).map(Method::getName).sorted().toList();
        assertEquals(expected, tests);
    }

    @Test
    void shouldFailTheTestOfABrokenRuleWithItsReason() {
        MultiFDMethodsConformanceTest test = testOf("Copy");
        assertEquals("rule 1.1, name keeps to the grammar: the name \"Copy\" is not 1 to 31 characters of a-z, 0-9 "
                + "and -, starting with a letter (seed 20190801)",
                assertThrows(AssertionFailedError.class, test::rule_1_1_name_keeps_to_the_grammar).getMessage());
    }

    @Test
    void shouldFailTheTestOfARuleThatAnotherOneKeepsFromBeingChecked() {
        MultiFDMethodsConformanceTest test = testOf(null);
        assertEquals("rule 2.6, every packet decodes when it has arrived: rule 1.1 fails first: the name is null "
                + "(seed 20190801)", assertThrows(AssertionFailedError.class,
                        test::rule_2_6_every_packet_decodes_when_it_has_arrived).getMessage());
    }

    @Test
    void shouldSkipTheTestOfARuleThatCannotBeChecked() {
        MultiFDMethodsConformanceTest test = testOf("copy");
        assertEquals("Assumption failed: its set-ups ask core for nothing, so none can be made to fail",
                assertThrows(TestAbortedException.class, test::rule_4_2_failed_set_up_leaves_nothing_allocated)
                        .getMessage());
    }

    private static MultiFDMethodsConformanceTest testOf(String name) {
        return new MultiFDMethodsConformanceTest() {
            @Override
            public MultiFDMethods methods() {
                return new Altered() {
                    @Override
                    public String name() {
                        return name;
                    }
                };
            }
        };
    }

    @Test
    void shouldReportAProviderThatHangsWhenItIsConstructed() {
        CountDownLatch never = new CountDownLatch(1);
        Report report = new Conformance(new Subject() {
            @Override
            public MultiFDMethods methods() {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("the kit gave up");
            }

            @Override
            public int deadlineSeconds() {
                return 1;
            }
        }).run(EnumSet.of(Rule.RULE_1_3));
        assertTrue(report.lines().get(0).startsWith("1.3  FAILED         constructing and naming do nothing that "
                + "fails: no end within 1 s: constructing the provider and what every rule begins with, at "),
                report.lines().get(0));
        assertEquals("? (?): 0 passed, 1 failed, 0 not checkable here; seed 20190801", report.lines().get(1));
    }

    /** Each rule begins with the same questions: a deadline for each of them would be a quarter of an hour. */
    @Test
    void shouldNotWaitForTheSameHangAgain() {
        AtomicInteger asked = new AtomicInteger();
        Report report = new Conformance(hanging(new Altered() {
            @Override
            public Availability availability() {
                asked.incrementAndGet();
                return hang();
            }
        })).run(EnumSet.complementOf(EnumSet.of(Rule.RULE_1_7)));
        assertEquals(1, asked.get());
        String reason = "no end within 1 s: availability(), at org.multifd.tck.ConformanceTest";
        List<String> failed = new ArrayList<>();
        for (RuleResult each : report.results()) {
            if (each.outcome() == RuleResult.Outcome.FAILED) {
                failed.add(each.rule().number());
                assertTrue(each.detail().startsWith(reason), each.line());
            } else if (each.rule().number().compareTo("2") > 0 && each.rule() != Rule.RULE_5_2) {
                assertTrue(each.detail().startsWith("rule 1.4 fails first: " + reason), each.line());
            }
        }
        assertEquals(List.of("1.4"), failed);
    }

    @Test
    void shouldChargeAHangOfTheFirstPacketsToOneRule() {
        AtomicInteger prepared = new AtomicInteger();
        Report report = new Conformance(hanging(Altered.sender(params -> new Altered.Sender() {
            @Override
            public void prepare(PageRuns pages, Payload out) {
                prepared.incrementAndGet();
                hang();
            }
        }))).run(EnumSet.of(Rule.RULE_2_1, Rule.RULE_2_2, Rule.RULE_2_6, Rule.RULE_3_1, Rule.RULE_4_3));
        assertEquals(2, prepared.get(), "once for all rules and once for 2.6 itself");
        for (RuleResult each : report.results()) {
            assertTrue(each.detail().startsWith(each.rule() == Rule.RULE_2_6
                    ? "no end within 1 s: packet 0, 1 pages of TEXT, at org.multifd.tck.ConformanceTest"
                    : "rule 2.6 fails first: no end within 1 s: the first packets, ONE_RUN, at org.multifd.tck."),
                    each.line());
        }
    }

    private static Subject patient(MultiFDMethods methods) {
        return new Subject() {
            @Override
            public MultiFDMethods methods() {
                return methods;
            }

            @Override
            public int budgetSeconds() {
                return Verdict.PATIENCE;
            }
        };
    }

    private static Subject hanging(MultiFDMethods methods) {
        return new Subject() {
            @Override
            public MultiFDMethods methods() {
                return methods;
            }

            @Override
            public int deadlineSeconds() {
                return 1;
            }
        };
    }

    private static <T> T hang() {
        try {
            new CountDownLatch(1).await();
            return null;
        } catch (InterruptedException e) {
            throw new IllegalStateException("the kit gave up", e);
        }
    }

    @Test
    void shouldGiveTheSameReportForTheSameSeed() {
        Rule hostile = Rule.RULE_3_3;
        RuleResult first = new Conformance(patient(new CopyMethods())).check(hostile);
        assertEquals(first, new Conformance(patient(new CopyMethods())).check(hostile));
        assertEquals("3000 hostile payloads, 1785 refused, the others decoded inside the pages", first.detail());
    }

    @Test
    void shouldRunWithoutJUnit() throws Exception {
        URL[] urls = {Conformance.class.getProtectionDomain().getCodeSource().getLocation(),
            WithoutJUnit.class.getProtectionDomain().getCodeSource().getLocation()};
        try (URLClassLoader loader = new URLClassLoader(urls, new Leftovers.ApiOnly())) {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass(Test.class.getName()));
            Class<?> program = loader.loadClass(WithoutJUnit.class.getName());
            assertEquals(loader, program.getClassLoader());
            assertEquals("3.5  passed         io exceptions pass unwrapped",
                    ((Supplier<?>) program.getConstructor().newInstance()).get());
        }
    }
}
