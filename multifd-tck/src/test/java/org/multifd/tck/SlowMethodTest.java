package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.harness.Words;

/** A slow method is tried for as long as the budget allows; the rule's line says how far that was. */
class SlowMethodTest {

    private static Subject slow(int millis, List<String> progress) {
        return new Subject() {
            @Override
            public MultiFDMethods methods() {
                return Broken.preparing((pages, out) -> {
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
                    while (System.nanoTime() < end) {
                        LockSupport.parkNanos(end - System.nanoTime());
                    }
                    pages.copyTo(out.buffer());
                });
            }

            @Override
            public int budgetSeconds() {
                return 1;
            }

            @Override
            public void progress(String line) {
                progress.add(line);
            }
        };
    }

    @Test
    void shouldSayHowFarItCame() {
        List<String> progress = new CopyOnWriteArrayList<>();
        EnumSet<Rule> rules = EnumSet.of(Rule.RULE_2_2, Rule.RULE_2_3, Rule.RULE_2_6);
        Report report = new Conformance(slow(50, progress)).run(rules);
        String[] details = {"(8|9|1\\d|2\\d) of 78 packets: 1 s were used",
            "largest payload 524288 bytes of 1048576(; (8|9|1\\d|2\\d) of 24 packets: 1 s were used)?",
            "(8|9|1\\d|2\\d) of 126 packets: 1 s were used; long run: 0 of 1500 packets in the time for a rule, each "
                + "one compared; ask for a number to see all of them"};
        for (int rule = 0; rule < details.length; rule++) {
            RuleResult result = report.results().get(rule);
            assertEquals(RuleResult.Outcome.PASSED, result.outcome(), result.line());
            assertTrue(result.detail().matches(details[rule]), result.line());
        }
        assertEquals(List.of(), progress, "nothing took ten seconds");
    }

    @Test
    void shouldTellWhatItIsTrying() {
        List<String> progress = new CopyOnWriteArrayList<>();
        new Conformance(slow(50, progress), TimeUnit.MILLISECONDS.toNanos(200)).check(Rule.RULE_2_2);
        assertTrue(progress.size() > 1 && progress.stream().allMatch(line -> line.matches(
                "2.2 every legal packet is taken, \\d+ s: (the first packets, ONE_RUN|sendSetup|the sender's close|"
                + "\\d+ pages of 4096 bytes, [A-Z_]+)")), progress.toString());
    }

    /** What exceeds a bound does not read like the bound. */
    @ParameterizedTest
    @CsvSource({"1,1 byte", "1023,1023 bytes", "1024,1 KiB", "1025,2 KiB", "67108864,64 MiB", "67108865,64.1 MiB",
        "70254593,67.1 MiB"})
    void shouldNotRoundASizeDown(long bytes, String words) {
        assertEquals(words, Words.size(bytes));
    }
}
