package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.core.MigrationException;

class ProvidersTest {

    private final Providers providers = new Providers();

    private String refusal(String name) {
        return assertThrows(MigrationException.class, () -> providers.find(name)).getMessage();
    }

    private static String here() {
        return Origin.of(FakeMethods.class).toString();
    }

    @Test
    void shouldFindWhatWasRegistered() throws Exception {
        FakeMethods zlib = new FakeMethods("zlib");
        FakeMethods zstd = new FakeMethods("zstd");
        providers.register(zlib);
        providers.register(zstd);

        assertSame(zlib, providers.find("zlib"));
        assertSame(zstd, providers.find("zstd"));
        assertNull(providers.whyNot("zstd", Direction.SEND));
    }

    @Test
    void shouldSayThatNothingIsThere() {
        assertEquals("method zstd: no provider found; usable: nothing; put the provider's jar on the module path",
                refusal("zstd"));
        assertEquals("no provider found", providers.whyNot("zstd", Direction.SEND));
    }

    @Test
    void shouldSayWhatExistsAndWhyTheRestIsUnusable() {
        providers.register(new FakeMethods("zlib"));
        providers.register(new FakeMethods("none"));
        providers.register(FakeMethods.unusable("lz4", "no native\nlibrary"));

        assertEquals("method brotli: no provider found; usable: none, zlib; unusable: lz4 (org.multifd.core: no native "
                + "library); put the provider's jar on the module path", refusal("brotli"));
        assertEquals("method lz4: unusable: " + here() + ": no native library; usable: none, zlib; "
                + "use another method or mend this one", refusal("lz4"));
        assertEquals("unusable: org.multifd.core: no native library", providers.whyNot("lz4", Direction.SEND));
    }

    @Test
    void shouldKeepANameFromAPeerHarmless() {
        assertEquals("method [31mred: no provider found; usable: nothing; put the provider's jar on the module path",
                refusal("\u001b[31mred\r\n"));
    }

    @Test
    void shouldAskForAvailabilityOnlyWhenLookedUp() throws Exception {
        int[] asked = {0};
        providers.register(new FakeMethods("lazy") {
            @Override
            public Availability availability() {
                asked[0]++;
                return Availability.usable("now");
            }
        });
        providers.register(new FakeMethods("other"));

        providers.find("other");
        assertEquals(0, asked[0]);
        providers.find("lazy");
        assertEquals(1, asked[0]);
    }

    @Test
    void shouldRefuseToRegisterASecondOfOneName() {
        providers.register(FakeMethods.unusable("zstd", "even if unusable"));

        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> providers.register(new FakeMethods("zstd")));
        assertEquals(
                "method zstd: received org.multifd.core.internal.provider.FakeMethods to register, expected an empty "
                + "slot: "
                + "org.multifd.core.internal.provider.FakeMethods$1 of " + here() + " is there", e.getMessage());
        assertEquals(1, providers.list().size());
    }

    @Test
    void shouldRefuseToRegisterABadName() {
        for (String bad : new String[] {"", "Zstd", "1zstd", "-zstd", "zs td", "zstd_1", "a".repeat(32)}) {
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> providers.register(new FakeMethods(bad)), bad);
            assertEquals(here() + ": received the method name \"" + bad + "\", expected 1 to 31 characters of a-z, 0-9 "
                    + "and -, starting with a letter", e.getMessage());
        }
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> providers.register(new FakeMethods("\u00e9")));
        assertEquals(here() + ": received the method name \"\\xc3\\xa9\", expected 1 to 31 characters of a-z, 0-9 "
                + "and -, starting with a letter", e.getMessage());
        providers.register(new FakeMethods("z"));
        providers.register(new FakeMethods("z-9" + "a".repeat(28)));
    }

    @Test
    void shouldRefuseToRegisterAnotherApiVersion() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> providers.register(new FakeMethods("old") {
                    @Override
                    public int apiVersion() {
                        return 0;
                    }
                }));
        assertEquals("method old: " + here()
                + ": built for another API: received version 0, expected 1: build it with this multifd-api, or run "
                + "the multifd that it was built for", e.getMessage());
    }

    @Test
    void shouldRefuseToRegisterAMethodWhoseNameFails() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> providers.register(new FakeMethods("x") {
                    @Override
                    public String name() {
                        throw new IllegalStateException("not now");
                    }
                }));
        assertEquals(here() + ": name() failed: IllegalStateException: not now", e.getMessage());
        assertEquals("not now", e.getCause().getMessage());
    }

    @Test
    void shouldListByNameThenAsFound() {
        providers.register(new FakeMethods("zstd"));
        providers.register(new FakeMethods("lz4"));
        providers.register(FakeMethods.unusable("none", "why"));

        assertEquals(List.of("lz4", "none", "zstd"),
                providers.list().stream().map(s -> s.provider().name()).toList());
    }

    @Test
    void shouldGiveAMethodItsValuesAndKnowTheOthers() throws Exception {
        FakeMethods zstd = new FakeMethods("zstd", MethodParameter.integer("multifd-zstd-level", 0, 20, 1, "level"));
        FakeMethods zlib = new FakeMethods("zlib", MethodParameter.integer("multifd-zlib-level", 0, 9, 1, "level"));
        providers.register(zstd);
        providers.register(zlib);
        Map<String, Object> given = Map.of("multifd-zstd-level", "19", "multifd-zlib-level", 9);

        assertEquals(19, providers.values(zstd, given).parameter("multifd-zstd-level"));
        assertEquals(9, providers.values(zlib, given).parameter("multifd-zlib-level"));
        assertThrows(MigrationException.class, () -> providers.values(zlib, Map.of("multifd-zstd-level", 21)));
    }

    @Test
    void shouldRefuseTheValuesOfAMethodItDoesNotKnow() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> providers.values(new FakeMethods("zstd"), Map.of()));
        assertEquals("not registered: org.multifd.core.internal.provider.FakeMethods", e.getMessage());
    }

    @Test
    void shouldServeManyThreadsAtOnce() throws Exception {
        int threads = 4;
        int each = 50;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String prefix = "m" + t + "-";
                tasks.add(() -> {
                    for (int i = 0; i < each; i++) {
                        providers.register(new FakeMethods(prefix + i));
                        providers.find(prefix + i);
                        providers.list();
                    }
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(threads * each, providers.list().size());
    }

    @Test
    void shouldLetOnlyOneOfManyThreadsHaveASlot() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String name = "slot-" + i / 4;
                tasks.add(() -> {
                    try {
                        providers.register(new FakeMethods(name));
                        return true;
                    } catch (IllegalStateException e) {
                        return false;
                    }
                });
            }
            int registered = 0;
            for (Future<Boolean> done : pool.invokeAll(tasks)) {
                registered += done.get() ? 1 : 0;
            }
            assertEquals(100, registered);
        } finally {
            pool.shutdownNow();
        }
        assertEquals(100, providers.list().size());
    }
}
