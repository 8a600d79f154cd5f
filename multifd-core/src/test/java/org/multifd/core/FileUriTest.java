package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;

class FileUriTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "file:a | a | 0",
        "file:/a/b,c | /a/b,c | 0",
        "file:/a,offset=0 | /a | 0",
        "file:/a,offset=12345 | /a | 12345",
        "file:/a,offset=010 | /a | 10",
        "file:/a,offset=0x1000 | /a | 4096",
        "file:/a,offset=0X1b | /a | 27",
        "file:/a,offset=7b | /a | 7",
        "file:/a,offset=4k | /a | 4096",
        "file:/a,offset=1M | /a | 1048576",
        "file:/a,offset=2G | /a | 2147483648",
        "file:/a,offset=1t | /a | 1099511627776",
        "file:/a,offset=1P | /a | 1125899906842624",
        "file:/a,offset=4E | /a | 4611686018427387904",
    })
    void shouldReadQemusNotation(String text, Path path, long offset) throws MigrationException {
        FileUri uri = FileUri.parse(text);
        assertEquals(new FileUri(path, offset), uri);
        assertEquals(uri, FileUri.parse(uri.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "+1", "1 M", "4Q", "0x", "0x1M", "1.5M", "5E", "8E", "16E",
        "9223372036854775808", "4611686018427387905", "0xffffffffffffffff", "0x10000000000000000", "1,offset=2"})
    void shouldRefuseWhatIsNoOffset(String offset) {
        MigrationException error = assertThrows(MigrationException.class, () -> FileUri.parse("file:/a,offset="
                + offset));
        assertEquals("offset: received \"" + offset
                + "\", expected a number of bytes up to 4611686018427387904, perhaps with B, K, M, G, T, P or E "
                + "after it, or 0x and hexadecimal digits", error.getMessage());
        assertEquals(Kind.USAGE, error.kind());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "file:", "tcp:a:1", "file:,offset=1"})
    void shouldRefuseWhatIsNoFile(String text) {
        MigrationException error = assertThrows(MigrationException.class, () -> FileUri.parse(text));
        assertEquals("file: received \"" + text + "\", expected file:PATH or file:PATH,offset=N", error.getMessage());
        assertEquals(Kind.USAGE, error.kind());
    }

    @Test
    void shouldRefuseWhatIsNoPath() {
        assertEquals("file: received \"file:a\\x00\", expected a path: Nul character not allowed",
                assertThrows(MigrationException.class, () -> FileUri.parse("file:a\0")).getMessage());
    }

    @Test
    void shouldCheckTheRange() {
        assertEquals("offset: received -1, expected 0..4611686018427387904",
                assertThrows(IllegalArgumentException.class, () -> new FileUri(Path.of("a"), -1)).getMessage());
        assertEquals("file:a", FileUri.of(Path.of("a")).toString());
    }
}
