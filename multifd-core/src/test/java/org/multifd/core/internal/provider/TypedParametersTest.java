package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.api.MethodParameter;
import org.multifd.api.ParameterValues;
import org.multifd.core.MigrationException;

/** Each type of parameter, with values that it takes and values that it refuses. */
class TypedParametersTest {

    private static final String P = "multifd-x-";
    private static final List<MethodParameter> DECLARED = List.of(
            MethodParameter.integer(P + "level", -5, 20, 1, "level"),
            MethodParameter.bool(P + "long", false, "look far back"),
            MethodParameter.choice(P + "strategy", List.of("fast", "good", "best"), "good", "strategy"),
            MethodParameter.size(P + "window", 1024, 8L << 30, 1 << 20, "window"),
            MethodParameter.string(P + "label", 8, null, "label"),
            MethodParameter.path(P + "dictionary", "dictionary"),
            MethodParameter.secret(P + "key", "key"));

    private static ParameterValues values(String name, String value) throws MigrationException {
        return ParameterCheck.values(DECLARED, List.of(), Map.of(P + name, value));
    }

    @Test
    void shouldTakeTheDefaults() throws Exception {
        ParameterValues values = ParameterCheck.values(DECLARED, List.of(), Map.of());
        assertEquals(1, values.parameter(P + "level"));
        assertEquals(0, values.parameter(P + "long"));
        assertEquals("good", values.text(P + "strategy"));
        assertEquals(1 << 20, values.size(P + "window"));
        assertNull(values.text(P + "label"));
        assertNull(values.path(P + "dictionary"));
        assertNull(values.text(P + "key"));
    }

    @ParameterizedTest
    @CsvSource({"level,-5,-5", "level,+20,20", "long,on,1", "long,off,0"})
    void shouldGiveNumbers(String name, String value, int expected) throws Exception {
        assertEquals(expected, values(name, value).parameter(P + name));
    }

    @ParameterizedTest
    @CsvSource({"1024,1024", "1K,1024", "64KiB,65536", "64kb,65536", "2M,2097152", "8G,8589934592", "1048576B,1048576"})
    void shouldGiveSizes(String value, long expected) throws Exception {
        assertEquals(expected, values("window", value).size(P + "window"));
    }

    @ParameterizedTest
    @CsvSource({
        "level, 21, 'received 21, expected -5..20'",
        "level, 1.5, 'received \"1.5\", expected -5..20'",
        "long, yes, 'received \"yes\", expected on or off'",
        "long, 1, 'received 1, expected on or off'",
        "strategy, worst, 'received \"worst\", expected fast, good or best'",
        "strategy, FAST, 'received \"FAST\", expected fast, good or best'",
        "window, 1, 'received 1, expected 1024..8589934592 bytes'",
        "window, 9G, 'received \"9G\", expected 1024..8589934592 bytes'",
        "window, 99999999999T, 'received \"99999999999T\", expected 1024..8589934592 bytes'",
        "window, 1.5G, 'received \"1.5G\", expected 1024..8589934592 bytes'",
        "label, ninechars, 'received \"ninechars\", expected a line of at most 8 characters'",
        "dictionary, /no/such/file, 'received \"/no/such/file\", expected a file that can be read'",
        "dictionary, /, 'received \"/\", expected a file that can be read'"})
    void shouldRefuseWhatATypeDoesNotTake(String name, String value, String expected) {
        MigrationException e = assertThrows(MigrationException.class, () -> values(name, value));
        assertEquals(P + name + ": " + expected, e.getMessage());
        assertEquals(MigrationException.Kind.USAGE, e.kind());
    }

    @Test
    void shouldNeverPrintWhatCouldDriveATerminal() {
        assertEquals(P + "label: received \"a\\u001b[2J\\u202e\", expected a line of at most 8 characters",
                assertThrows(MigrationException.class, () -> values("label", "a\u001b[2J\u202e")).getMessage());
    }

    @Test
    void shouldGiveAFileThatIsThere(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("dictionary"), "words");
        assertEquals(file, values("dictionary", file.toString()).path(P + "dictionary"));
    }

    @Test
    void shouldNeverShowASecret() throws Exception {
        ParameterValues values = values("key", "hunter2");
        assertEquals("hunter2", values.text(P + "key"));
        assertFalse(values.toString().contains("hunter2"), values.toString());
        assertEquals(P + "key: received a secret of 8 characters, expected a line of 1 to 4096 characters",
                assertThrows(MigrationException.class, () -> values("key", "hunter2\n")).getMessage());
    }

    @Test
    void shouldRefuseAQuestionForAnotherType() throws Exception {
        ParameterValues values = ParameterCheck.values(DECLARED, List.of(), Map.of());
        assertEquals("received the parameter multifd-x-window, expected one of another type: it is declared as SIZE",
                assertThrows(IllegalArgumentException.class, () -> values.parameter(P + "window")).getMessage());
        assertEquals("received the parameter multifd-x-key, expected one of another type: it is declared as SECRET",
                assertThrows(IllegalArgumentException.class, () -> values.path(P + "key")).getMessage());
    }

    @Test
    void shouldRefuseADefaultThatIsNotAllowed() {
        assertEquals("multifd-x-level: received the default 9, expected 0..7", assertThrows(
                IllegalArgumentException.class, () -> MethodParameter.integer(P + "level", 0, 7, 9, "level"))
                .getMessage());
        assertEquals("multifd-x-s: received the default odd, expected a or b", assertThrows(
                IllegalArgumentException.class, () -> MethodParameter.choice(P + "s", List.of("a", "b"), "odd", "s"))
                .getMessage());
    }
}
