package org.multifd.tck.internal.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.multifd.tck.internal.harness.NotCheckable;

/** Rule 2.4 passes only with evidence: packets whose pages changed while they were compressed. */
class LiveMemoryVerdictTest {

    @Test
    void shouldNotPassWithTooLittleEvidence() {
        for (int live : new int[] {0, 1, 15}) {
            assertEquals("pages changed while prepare ran in " + live + " of 1200 packets, expected at least 16: "
                    + "run it with two processors free",
                    assertThrows(NotCheckable.class, () -> LiveMemory.verdict(live, 1200, 70_000)).getMessage());
        }
    }

    @Test
    void shouldSayHowMuchEvidenceItHas() {
        assertEquals("all hot pages changed during prepare in 16 of 1200 packets, 70000 unchanged pages compared",
                LiveMemory.verdict(16, 1200, 70_000));
    }
}
