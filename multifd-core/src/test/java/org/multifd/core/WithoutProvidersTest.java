package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;

/** Run with no provider on the path (see the pom): core needs none. */
class WithoutProvidersTest {

    @Test
    void shouldFindNoMethod() {
        assertEquals(List.of(), MethodRegistry.load().methods());
        assertEquals(List.of(), MethodRegistry.load().problems());
    }

    @Test
    void shouldSayThatThereIsNone() throws Exception {
        try (Pair pair = new Pair()) {
            pair.sourceMethods = MethodRegistry.load();
            pair.source.set("multifd-compression", "zstd");
            pair.run();
            assertEquals(Kind.METHOD, pair.sourceError.kind());
            assertTrue(pair.sourceError.getMessage().startsWith("method zstd: no provider"),
                    pair.sourceError.getMessage());
            assertTrue(pair.sourceError.getMessage().contains("usable: nothing"), pair.sourceError.getMessage());
        }
    }

    @Test
    void shouldMoveAGuestWithAMethodOfTheProgramsOwn() throws Exception {
        try (Pair pair = new Pair(new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]).start())) {
            pair.sourceMethods = MethodRegistry.load();
            pair.sourceMethods.register(new PlainMethod("plain"));
            pair.destinationMethods = pair.sourceMethods;
            pair.run();
            assertNull(pair.sourceError);
            MigrationTest.assertSame(pair.guest.ram, pair.incoming.ram());
        }
    }
}
