package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.transport.ConnectionPair;
import org.multifd.core.internal.wire.WireException;

/** What two multifd peers say at the end, in the shape of a device's section. */
class EndingTest {

    private static final String FULL = "04 00000003";

    private static Bytes section(int instance, int version, int length) {
        return Bytes.of().hex(FULL).counted("multifd/state").u32(instance).u32(version).u64(11).u64(-1).u32(length);
    }

    private static String refusal(Bytes tail) {
        return assertThrows(WireException.class, () -> DeviceTail.ending(tail.array())).getMessage();
    }

    /** Also state that looks like the end of the tail, or like a footer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 1000, 70_000})
    void shouldReadWhatItWrote(int length) throws IOException {
        byte[] state = new byte[length];
        new Random(length).nextBytes(state);
        if (length >= 1000) {
            System.arraycopy(Bytes.of().hex("7e 00000003").description("{ }}").array(), 0, state, 100, 15);
            Arrays.fill(state, 500, 900, (byte) 0x7E);
        }
        try (ConnectionPair pair = new ConnectionPair()) {
            Output out = new Output(pair.far, "main channel", 1 << 17);
            DeviceTail.write(out, new DeviceTail.Ending(1L << 40, 77, state), 65536);
            out.flush();
            byte[] tail = DeviceTail.read(new Input(pair.near, 1 << 12, 0), 1 << 20, List.of());
            DeviceTail.Ending ending = DeviceTail.ending(tail);
            assertEquals(1L << 40, ending.normalPages());
            assertEquals(77, ending.zeroPages());
            assertArrayEquals(state, ending.state());
        }
    }

    @Test
    void shouldTellAnothersTail() throws WireException {
        assertNull(DeviceTail.ending(Bytes.of().tail().array()));
        assertNull(DeviceTail.ending(new byte[0]));
        assertNull(DeviceTail.ending(Bytes.of().description("{}").array()));
        assertNull(DeviceTail.ending(Bytes.of().hex(FULL).counted("multifd/stat").u32(0).u32(1).raw(new byte[50])
                .array()));
        assertNull(DeviceTail.ending(Bytes.of().hex(FULL).counted("multifd/state2").u32(0).u32(1).raw(new byte[50])
                .array()));
        assertNull(DeviceTail.ending(Bytes.of().hex("01 00000003").counted("multifd/state").raw(new byte[50]).array()));
    }

    @Test
    void shouldRefuseOursWhenItIsCut() {
        byte[] whole = section(0, 1, 0).hex("7e 00000003").array();
        for (int length = 19; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertEquals("device state: received " + length + " bytes, expected at least 52",
                    assertThrows(WireException.class, () -> DeviceTail.ending(cut)).getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void shouldRefuseALengthThatIsNotThere(int length) {
        assertEquals("device state: received length " + Integer.toUnsignedString(length)
                + ", expected a footer after at most 3 bytes",
                refusal(section(0, 1, length).hex("0a0b0c").hex("7e 00000003")));
    }

    @Test
    void shouldRefuseALengthWithoutAFooterBehindIt() {
        assertEquals("device state: received length 2, expected a footer after at most 3 bytes",
                refusal(section(0, 1, 2).hex("0a0b0c").hex("7e 00000003")));
    }

    @Test
    void shouldRefuseAnotherVersion() {
        assertEquals("device state: received \"multifd/state\" instance 0 version 2, expected instance 0 version 1",
                refusal(section(0, 2, 0).hex("7e 00000003")));
        assertEquals("device state: received \"multifd/state\" instance 4294967295 version 1, expected instance 0 "
                + "version 1", refusal(section(-1, 1, 0).hex("7e 00000003")));
    }
}
