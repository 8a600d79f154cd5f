package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.Availability;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.layer.ProviderPath;
import org.multifd.core.internal.provider.layer.TestJar;

/** Providers that do not come back: each is waited for once, and everybody else works. */
class HangingProvidersTest {

    @TempDir
    Path temp;

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void release() {
        end.countDown();
    }

    private FakeMethods hanging(String name, int[] asked) {
        return new FakeMethods(name) {
            @Override
            public Availability availability() {
                asked[0]++;
                try {
                    end.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return Availability.usable("at last");
            }
        };
    }

    private static String detail(Providers providers, String name) {
        return providers.list(name).get(0).availability().detail();
    }

    @Test
    void shouldNotWaitForAHangingProbeTwice() throws Exception {
        int[] asked = {0};
        Providers providers = new Providers();
        providers.register(hanging("stuck", asked));
        providers.register(hanging("also-stuck", new int[1]));
        FakeMethods works = new FakeMethods("works");
        providers.register(works);

        List<ProviderStatus> all = providers.list();
        assertEquals(List.of("availability() did not answer within 5 s", "availability() did not answer within 5 s",
                "always"), all.stream().map(each -> each.availability().detail()).toList());
        assertTrue(List.of(all.get(1).availability().cause().getStackTrace()).stream()
                .anyMatch(each -> each.getMethodName().equals("await")), "the cause shows where it hangs");
        assertSame(works, providers.find("works"));
        assertTrue(assertThrows(MigrationException.class, () -> providers.find("stuck")).getMessage()
                .startsWith("method stuck: unusable: " + Origin.of(FakeMethods.class)
                + ": availability() did not answer within 5 s; "));
        assertEquals("availability() did not answer within 5 s", detail(providers, "stuck"));
        assertEquals(1, asked[0]);
    }

    @Test
    void shouldLoadTheOthersBesideOneThatHangsWhenItIsMadeOrAsked() throws Exception {
        String hang = "try { new java.util.concurrent.CountDownLatch(1).await(); } catch (InterruptedException e) { }";
        Path made = TestJar.provider(temp, "made", "public Methods() { " + hang + " }").version("1").build();
        TestJar.provider(temp, "works").build();
        Providers providers = new Providers(List.of(new ProviderPath(temp, true)), "advice");
        providers.load();
        assertEquals("works", detail(providers, "works"));
        assertEquals("m.made 1 (" + made + "): its constructor did not answer within 5 s", providers.problems().stream()
                .map(Throwable::getMessage).filter(each -> each.startsWith("m.made")).findFirst().orElseThrow());
    }

    @Test
    void shouldKeepAnInterruptForLater() throws Exception {
        Providers providers = new Providers();
        FakeMethods works = new FakeMethods("works");
        providers.register(works);
        Thread.currentThread().interrupt();
        assertSame(works, providers.find("works"));
        assertTrue(Thread.interrupted());
    }

    /** A provider may look for its files through the thread's context loader. */
    @Test
    void shouldAskWithTheProvidersOwnLoaderAsTheContext() throws Exception {
        TestJar.provider(temp, "looker",
                "public Availability availability() { return Availability.usable(String.valueOf("
                + "Thread.currentThread().getContextClassLoader() == getClass().getClassLoader())); }").build();
        Providers providers = new Providers(List.of(new ProviderPath(temp, true)), "advice");
        providers.load();
        assertEquals("true", detail(providers, "looker"));
    }

    @Test
    void shouldPassAnErrorFatalToTheJvmOn() {
        Providers providers = new Providers();
        providers.register(new FakeMethods("fatal") {
            @Override
            public Availability availability() {
                throw new OutOfMemoryError("made up");
            }
        });
        assertEquals("made up", assertThrows(OutOfMemoryError.class, () -> providers.find("fatal")).getMessage());
    }
}
