package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    @Test
    void shouldBeOneHarmlessLineInALog() {
        assertEquals("machine pc [31m ok, capabilities [a b, c]",
                new Configuration("pc\u001b[31m\nok", 4096, List.of("a\r\nb", "c"), null).toString());
    }
}
