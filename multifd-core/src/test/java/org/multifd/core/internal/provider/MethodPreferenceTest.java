package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;

class MethodPreferenceTest {

    private static void assertRefused(String expected, String value) {
        MigrationException e = assertThrows(MigrationException.class, () -> MethodPreference.parse(value));
        assertEquals(expected, e.getMessage());
        assertEquals(Kind.USAGE, e.kind());
    }

    @Test
    void shouldTakeOneNameAsItIs() throws Exception {
        MethodPreference one = MethodPreference.parse("zstd");

        assertEquals(List.of("zstd"), one.names());
        assertFalse(one.isNegotiated());
    }

    @Test
    void shouldKeepTheOrderOfSeveral() throws Exception {
        MethodPreference several = MethodPreference.parse("zstd,lz4,none");

        assertEquals(List.of("zstd", "lz4", "none"), several.names());
        assertTrue(several.isNegotiated());
        assertEquals("zstd,lz4,none", several.toString());
    }

    @Test
    void shouldRefuseNothing() {
        assertRefused("multifd-compression: received \"\", expected a method's name, or several with commas "
                + "(zstd,lz4,none)", "");
    }

    @Test
    void shouldRefuseAnEmptyName() {
        for (String value : List.of(",", "zstd,", ",zstd", "zstd,,none")) {
            assertRefused("multifd-compression: received \"" + value + "\", an empty name in it, expected names with "
                    + "single commas (zstd,lz4,none)", value);
        }
    }

    @Test
    void shouldRefuseANameTwice() {
        assertRefused("multifd-compression: received \"zstd,none,zstd\", zstd twice, expected each name once",
                "zstd,none,zstd");
    }

    @Test
    void shouldRefuseWhatIsNoName() {
        assertRefused("multifd-compression: received \"Zstd\", expected a method's name: 1 to 31 characters of a-z, "
                + "0-9 and -, starting with a letter", "none,Zstd");
        assertRefused("multifd-compression: received \" none\", expected a method's name: 1 to 31 characters of a-z, "
                + "0-9 and -, starting with a letter", "zstd, none");
    }

    @Test
    void shouldRefuseMoreNamesThanARequestCarries() throws Exception {
        String most = IntStream.range(0, 32).mapToObj(i -> "m" + i).collect(Collectors.joining(","));

        assertEquals(32, MethodPreference.parse(most).names().size());
        assertRefused("multifd-compression: received 33 names, expected 1..32", most + ",m32");
    }
}
