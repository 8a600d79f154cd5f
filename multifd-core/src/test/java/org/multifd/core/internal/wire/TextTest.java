package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    void shouldCutALine() {
        assertEquals("x".repeat(300) + "...", Text.oneLine("x".repeat(301)));
        assertEquals("x".repeat(300), Text.oneLine("x".repeat(300)));
    }

    @Test
    void shouldDropHalfACharacter() {
        assertEquals("a b", Text.oneLine("a\ud83db"));
    }

    @Test
    void shouldQuotePrintableAsciiAsItIs() {
        assertEquals("\"/rom@etc/acpi/tables ~\"", Text.quote("/rom@etc/acpi/tables ~"));
        assertEquals("\"\"", Text.quote(new byte[0]));
    }

    @Test
    void shouldEscapeWhateverElseIsInAName() {
        assertEquals("\"\\x00\\x1b[2J\\x0a\\x22\\x5c\\x7f\\x80\\xff\"",
                Text.quote(new byte[] {0, 0x1b, '[', '2', 'J', '\n', '"', '\\', 0x7f, (byte) 0x80, (byte) 0xff}));
        assertEquals("\"\\xe2\\x80\\xae\"", Text.quote("\u202e"));
    }

    @Test
    void shouldCutAQuotedNameBehindItsQuotes() {
        assertEquals('"' + "x".repeat(80) + '"', Text.quote("x".repeat(80)));
        assertEquals('"' + "x".repeat(80) + "\"...", Text.quote("x".repeat(81).getBytes(StandardCharsets.US_ASCII)));
    }
}
