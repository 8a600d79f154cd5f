package org.multifd.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The targets without a fuzzer: what it starts from, what it has ever found, and a little that is mixed up. */
class CorpusTest {

    private static final int CHANGED = 200;

    private static Seeds seeds;

    @BeforeAll
    static void read() throws Exception {
        seeds = new Seeds(Path.of("..", "multifd-core", "src", "test", "resources", "captures"));
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void shouldStartFromValidBytes(Target target) {
        List<Integer> refused = new ArrayList<>();
        List<byte[]> list = seeds.of(target);
        for (int i = 0; i < list.size(); i++) {
            if (!target.accepts(list.get(i))) {
                refused.add(i);
            }
        }
        // A negotiation's refusal is refused, with the peer's words.
        assertEquals(target == Target.NEGOTIATION ? List.of(2) : List.of(), refused);
        assertTrue(!list.isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void shouldHoldWhereItOnceDidNot(Target target) throws Exception {
        Path found = Path.of("findings", target.type());
        if (Files.isDirectory(found)) {
            try (Stream<Path> files = Files.list(found)) {
                for (Path file : files.toList()) {
                    target.accepts(Files.readAllBytes(file));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void shouldHoldForChangedBytes(Target target) {
        int refused = 0;
        for (int seed = 0; seed < CHANGED; seed++) {
            Random random = new Random(seed);
            List<byte[]> list = seeds.of(target);
            byte[] bytes = list.get(random.nextInt(list.size())).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                bytes[random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length)
                        : bytes.length)] ^= 1 << random.nextInt(8);
            }
            try {
                refused += target.accepts(bytes) ? 0 : 1;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > 0, "nothing was refused");
    }
}
