package org.multifd.core.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTest {

    @Test
    void shouldMakeOneLineOfMany() {
        assertEquals("a b c", Text.oneLine("  a\r\n\tb\u2028\u0085c \n"));
    }

    @Test
    void shouldDropWhatATerminalObeys() {
        assertEquals("[31mred right", Text.oneLine("\u001b[31mred\u202e\u0000right"));
    }

    @Test
    void shouldLeaveOtherScriptsAlone() {
        assertEquals("gr\u00fc\u00df \u4e16 \ud83d\ude00", Text.oneLine("gr\u00fc\u00df \u4e16 \ud83d\ude00"));
    }

    @Test
    void shouldBoundTheLongestTextToWhatAMessageCarries() {
        String text = Text.oneLine("\ud83d\ude00".repeat(2000));

        assertTrue(text.endsWith("..."));
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= NegotiationFields.MAX_TEXT_BYTES);
        assertEquals("x".repeat(300) + "...", Text.oneLine("x".repeat(301)));
        assertEquals("x".repeat(300), Text.oneLine("x".repeat(300)));
    }
}
