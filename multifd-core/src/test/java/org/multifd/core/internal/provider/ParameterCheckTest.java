package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.multifd.api.MethodParameter;
import org.multifd.api.ParameterValues;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;

class ParameterCheckTest {

    private static final String LEVEL = "multifd-zstd-level";
    private static final List<MethodParameter> DECLARED = List.of(MethodParameter.integer(LEVEL, 0, 20, 1, "level"),
            MethodParameter.integer("multifd-zstd-window", -5, 5, -2, "window"));
    private static final List<MethodParameter> OTHERS = List.of(MethodParameter.integer("multifd-zlib-level", 0, 9, 1,
            "level"));

    private static ParameterValues values(Map<String, ?> given) throws MigrationException {
        return ParameterCheck.values(DECLARED, OTHERS, given);
    }

    private static void assertRefused(String expected, Map<String, ?> given) {
        MigrationException e = assertThrows(MigrationException.class, () -> values(given));
        assertEquals(expected, e.getMessage());
        assertEquals(Kind.USAGE, e.kind());
    }

    @Test
    void shouldFillInDefaults() throws Exception {
        ParameterValues values = values(Map.of());

        assertEquals(1, values.parameter(LEVEL));
        assertEquals(-2, values.parameter("multifd-zstd-window"));
    }

    @Test
    void shouldTakeIntegersAndStringsUpToTheEdges() throws Exception {
        assertEquals(0, values(Map.of(LEVEL, 0)).parameter(LEVEL));
        assertEquals(20, values(Map.of(LEVEL, "20")).parameter(LEVEL));
        assertEquals(-5, values(Map.of("multifd-zstd-window", "-5")).parameter("multifd-zstd-window"));
    }

    @Test
    void shouldRefuseAValueOutOfRangeWithTheRange() {
        assertRefused("multifd-zstd-level: received 23, expected 0..20", Map.of(LEVEL, 23));
        assertRefused("multifd-zstd-level: received 21, expected 0..20", Map.of(LEVEL, "21"));
        assertRefused("multifd-zstd-level: received -1, expected 0..20", Map.of(LEVEL, "-1"));
        assertRefused("multifd-zstd-level: received 99999999999, expected 0..20", Map.of(LEVEL, "99999999999"));
        assertRefused("multifd-zstd-window: received -6, expected -5..5", Map.of("multifd-zstd-window", -6));
    }

    @Test
    void shouldCheckTheRangeOfAnotherMethodsParameterToo() {
        assertRefused("multifd-zlib-level: received 10, expected 0..9", Map.of("multifd-zlib-level", 10));
    }

    @Test
    void shouldRefuseWhatIsNoInteger() {
        assertRefused("multifd-zstd-level: received \"\", expected 0..20", Map.of(LEVEL, ""));
        assertRefused("multifd-zstd-level: received \"fast\", expected 0..20", Map.of(LEVEL, "fast"));
        assertRefused("multifd-zstd-level: received \"1.5\", expected 0..20", Map.of(LEVEL, "1.5"));
        assertRefused("multifd-zstd-level: received 3000000000, expected 0..20", Map.of(LEVEL, 3_000_000_000L));
    }

    @Test
    void shouldLeaveAnotherMethodsParameterAlone() throws Exception {
        assertEquals(1, values(Map.of("multifd-zlib-level", 9)).parameter(LEVEL));
    }

    @Test
    void shouldRefuseAnUnknownNameWithTheNearest() {
        assertRefused("multifd-zstd-levle: unknown parameter, expected multifd-zstd-level or another that a method "
                + "declares", Map.of("multifd-zstd-levle", 1));
        assertRefused("multifd-zlib-leve: unknown parameter, expected multifd-zlib-level or another that a method "
                + "declares", Map.of("multifd-zlib-leve", 1));
    }

    @Test
    void shouldRefuseAnyNameWhereNoneIsDeclared() {
        MigrationException e = assertThrows(MigrationException.class,
                () -> ParameterCheck.values(List.of(), List.of(), Map.of(LEVEL, 1)));
        assertEquals("multifd-zstd-level: unknown parameter, expected none: no method found declares any",
                e.getMessage());
    }

    @Test
    void shouldRefuseToAnswerForAnUndeclaredName() throws Exception {
        ParameterValues values = values(Map.of());
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> values.parameter("multifd-zlib-level"));
        assertEquals("received the parameter multifd-zlib-level, expected one that the method declares",
                e.getMessage());
    }

    @Test
    void shouldCountEdits() {
        assertEquals(0, EditDistance.between("level", "level"));
        assertEquals(5, EditDistance.between("", "level"));
        assertEquals(2, EditDistance.between("levle", "level"));
        assertEquals(1, EditDistance.between("leel", "level"));
        assertEquals(3, EditDistance.between("kitten", "sitting"));
        assertEquals(0, EditDistance.between("x".repeat(200), "x".repeat(300)));
    }

    private static ChannelParams params(int channel, int pageSize, ParameterValues values) {
        return new RecvParams(MethodUse.inOrder(new FakeMethods("fake"), "fake", "here", values), channel, pageSize,
                null);
    }

    @Test
    void shouldHandAChannelItsValues() throws Exception {
        ChannelParams params = params(3, 65536, values(Map.of(LEVEL, 7)));

        assertEquals(3, params.channel());
        assertEquals(8, params.pageCount());
        assertEquals(1048576, params.payloadLimit());
        assertEquals(7, params.parameter(LEVEL));
    }

    @Test
    void shouldRefuseAChannelOrPageSizeThatCannotBe() throws Exception {
        ParameterValues values = values(Map.of());
        assertEquals("channel: received 255, expected 0..254", assertThrows(IllegalArgumentException.class,
                () -> params(255, 4096, values)).getMessage());
        assertEquals("page size: received 8192, expected 4096, 16384 or 65536",
                assertThrows(IllegalArgumentException.class, () -> params(0, 8192, values)).getMessage());
    }
}
