package org.multifd.bench.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.method.MethodLevel;
import org.openjdk.jmh.runner.options.TimeValue;

/** JMH itself, as briefly as it goes: what its processor generated runs in a JVM of its own and hands over counters. */
class ForksTest {

    private static final Effort BRIEF = new Effort(1, 0, TimeValue.milliseconds(1), 1, TimeValue.milliseconds(1), 1, 4);

    @TempDir
    Path directory;

    @Test
    void shouldCountWhatAPassMoves() throws Exception {
        Case of = Case.path(MethodLevel.parse("lz4"), "receive", "whole", GuestImage.SYNTHETIC, 1);
        List<Map<String, Double>> iterations = new Forks(BRIEF, directory.resolve("log")).run(of);
        assertEquals(1, iterations.size());
        Map<String, Double> counters = iterations.get(0);
        Packets packets = new Packets(GuestImage.load(GuestImage.SYNTHETIC, 1 << 20), "whole");
        double passes = counters.get("packets") / packets.count();
        assertEquals(Math.rint(passes), passes);
        assertEquals(passes * packets.bytes(), counters.get("pageBytes"));
        Result result = Result.of(of, iterations);
        assertTrue(result.figure("compression").median() > 1);
        assertTrue(result.figure("ratio_to_bare").median() > 0);
    }

    @Test
    void shouldScan() throws Exception {
        Case of = Case.scan("data", 4);
        Result result = Result.of(of, new Forks(BRIEF, directory.resolve("log")).run(of));
        assertTrue(result.figure("scan_gb_s").median() > 0);
    }
}
