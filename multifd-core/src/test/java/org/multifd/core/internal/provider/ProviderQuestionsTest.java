package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every question to a provider, with every misbehaviour in answer: this provider's failure alone, in one line. */
class ProviderQuestionsTest {

    @TempDir
    static Path temp;
    private static Path classes;

    /** A question, as the source of what answers it. */
    private enum Question {
        CONSTRUCTOR("public TYPE() { %s }", "could not be constructed"),
        NAME("public String name() { %s return \"bad\"; }", "name() failed"),
        API_VERSION("public int apiVersion() { %s return MultiFDApi.VERSION; }", "apiVersion() or needsApi() failed"),
        NEEDS_API("public int needsApi() { %s return MultiFDApi.VERSION; }", "apiVersion() or needsApi() failed"),
        PRIORITY("public int priority() { %s return 0; }", "priority() or parameters() failed"),
        PARAMETERS("public java.util.List<MethodParameter> parameters() { %s return java.util.List.of(); }",
                "priority() or parameters() failed"),
        AVAILABILITY("public Availability availability() { %s return Availability.usable(\"works\"); }",
                "availability() failed");

        final String source;
        final String failure;

        Question(String source, String failure) {
            this.source = source;
            this.failure = failure;
        }
    }

    /** What it does, and what is said of it: "" if it does no harm. */
    private enum Misbehaviour {
        OVERFLOW("class Deep { int go() { return go() + 1; } } new Deep().go();", "StackOverflowError"),
        ERROR("if (true) throw new AssertionError(\"a bug\");", "AssertionError: a bug"),
        SNEAKY("TYPE.<RuntimeException>raise(new java.io.IOException(\"no\"));", "IOException: no"),
        GIANT("if (true) throw new IllegalStateException(\"x\".repeat(6 << 20));", "IllegalStateException: "
                + "x".repeat(277) + "..."),
        ESCAPES("if (true) throw new IllegalStateException(\"a\\033[2J\\nb\");", "IllegalStateException: a [2J b"),
        MUTE_MESSAGE("if (true) throw new IllegalStateException() { public String getMessage() { throw new "
                + "IllegalStateException(); } };", "IllegalStateException"),
        INTERRUPT("Thread.currentThread().interrupt();", ""),
        LOADER("Thread.currentThread().setContextClassLoader(null);", "");

        final String source;
        final String message;

        Misbehaviour(String source, String message) {
            this.source = source;
            this.message = message;
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(Question.values()).flatMap(question -> Stream.of(Misbehaviour.values())
                .map(how -> Arguments.of(question, how)));
    }

    private static String name(Question question, Misbehaviour how) {
        return question + "_" + how;
    }

    @BeforeAll
    static void compileThemAll() throws Exception {
        List<String> sources = new ArrayList<>(List.of(ProviderFixture.provider("p", "Good", "good", "")));
        for (Question question : Question.values()) {
            for (Misbehaviour how : Misbehaviour.values()) {
                String name = name(question, how);
                sources.add(ProviderFixture.provider("p", name, "bad", (question.source.formatted(how.source)
                        + " static <T extends Throwable> void raise(Throwable t) throws T { throw (T) t; }")
                        .replace("TYPE", name)));
            }
        }
        classes = ProviderFixture.compile(temp, ProviderFixture.api(), sources.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldBeThisProvidersFailureAlone(Question question, Misbehaviour how) throws Exception {
        Path services = temp.resolve(name(question, how));
        ProviderFixture.services(services, "p." + name(question, how), "p.Good");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Providers providers = new Providers();
        List<ProviderStatus> all;
        try (URLClassLoader loader = ProviderFixture.isolated(classes, services)) {
            providers.addFrom(loader);
            all = providers.list();
            assertEquals("good", providers.find("good").name());
        }
        assertFalse(Thread.interrupted());
        assertSame(before, Thread.currentThread().getContextClassLoader());
        List<String> told = Stream.concat(providers.problems().stream().map(Throwable::getMessage), all.stream()
                .filter(each -> !each.availability().usable()).map(each -> each.availability().detail())).toList();
        if (how.message.isEmpty()) {
            assertEquals(List.of(), told);
        } else {
            assertEquals(1, told.size(), told.toString());
            assertTrue(told.get(0).endsWith(question.failure + ": " + how.message), told.get(0));
        }
    }
}
