package org.multifd.core.internal.negotiation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.wire.Text;

class ReasonLengthTest {

    @Test
    void shouldFitTheLongestReasonIntoAField() {
        String text = Text.oneLine("\ud83d\ude00".repeat(2000));

        assertTrue(text.endsWith("..."));
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= NegotiationFields.MAX_TEXT_BYTES);
    }
}
