package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {

    @ParameterizedTest
    @CsvSource({"none, 0x00", "zlib, 0x02", "zstd, 0x04", "qpl, 0x08", "uadk, 0x10", "qatzip, 0x20"})
    void shouldGiveQemusMethodsTheirBits(String name, String bits) {
        int flags = Integer.decode(bits);
        assertEquals(flags, Flags.ofMethod(name));
        assertEquals(name, Flags.methodName(flags));
        assertEquals(name, Flags.methodName(flags | Flags.SYNC));
        assertEquals(name, Flags.methodName(flags | Flags.DEVICE_STATE | 0xFFFFFF00));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "brotli", "None", "zstd1"})
    void shouldGiveAllOthersTheExtensionsBits(String name) {
        assertEquals(0x3E, Flags.ofMethod(name));
    }

    @Test
    void shouldNameNoMethodForAMixtureOfBits() {
        int named = 0;
        for (int flags = 0; flags < 0x40; flags += 2) {
            named += Flags.methodName(flags) == null ? 0 : 1;
        }
        assertEquals(6, named);
        assertNull(Flags.methodName(0x06));
        assertNull(Flags.methodName(Flags.EXTENSION));
    }
}
