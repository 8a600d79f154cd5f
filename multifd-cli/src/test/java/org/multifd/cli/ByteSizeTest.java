package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.cli.console.ByteSize;

class ByteSizeTest {

    @ParameterizedTest
    @CsvSource({"0,0", "4096,4096", "3K,3072", "256M,268435456", "256m,268435456", "2G,2147483648",
            "8388607T,9223370937343148032"})
    void shouldReadSuffixesAsPowersOf1024(String text, long bytes) {
        assertEquals(bytes, ByteSize.parse("size", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "1.5G", "1MB", "8388608T", "99999999999999999999", "1 M"})
    void shouldRefuseWhatIsNoSize(String text) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ByteSize.parse("max-bandwidth",
                text));
        assertEquals("max-bandwidth: received " + text
                + ", expected a number of bytes, perhaps with K, M, G or T after it (256M)",
                e.getMessage());
    }

    @Test
    void shouldShowSizesInTheLargestUnit() {
        assertEquals("100 bytes", ByteSize.show(100));
        assertEquals("256 MiB", ByteSize.show(256 << 20));
        assertEquals("1.5 GiB", ByteSize.show(3L << 29));
    }
}
