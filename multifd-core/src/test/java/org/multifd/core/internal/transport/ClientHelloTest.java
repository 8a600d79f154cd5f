package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClientHelloTest {

    /** With an extension of each type. */
    private static ByteBuffer hello(int... types) {
        ByteBuffer bytes = ByteBuffer.allocate(512).position(9);
        bytes.putShort((short) 0x0303).position(43).put((byte) 2).putShort((short) 7).putShort((short) 2)
                .putShort((short) 0x1302)
                .put((byte) 1).put((byte) 0).putShort((short) (types.length * 9));
        for (int type : types) {
            bytes.putShort((short) type).putShort((short) 5).put(new byte[5]);
        }
        int end = bytes.position();
        return bytes.put(0, (byte) 0x16).putShort(1, (short) 0x0301).putShort(3, (short) (end - 5)).put(5, (byte) 1)
                .putShort(7, (short) (end - 9)).flip();
    }

    @Test
    void shouldFindTheExtension() {
        for (int type : new int[] {13, 50, 43}) {
            assertTrue(ClientHello.has(type, hello(13, 50, 43)));
        }
        assertFalse(ClientHello.has(50, hello(13, 43)));
        assertFalse(ClientHello.has(43, hello()));
    }

    @Test
    void shouldKnowHowLongItIs() {
        ByteBuffer hello = hello(13);
        assertEquals(hello.remaining(), ClientHello.recordBytes(hello));
        assertEquals(4, ClientHello.recordBytes(hello.limit(4)));
        assertEquals(5, ClientHello.recordBytes(ByteBuffer.wrap("QEVM and more".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void shouldMissNothingInWhatIsCutOrSomethingElse() {
        byte[] whole = new byte[hello(13, 43).remaining()];
        hello(13, 43).get(whole);
        for (int length = 0; length < whole.length; length++) {
            assertTrue(ClientHello.has(50, ByteBuffer.wrap(Arrays.copyOf(whole, length))), length + " bytes");
        }
        whole[5] = 2;
        assertTrue(ClientHello.has(50, ByteBuffer.wrap(whole)), "a server's");
        assertTrue(ClientHello.has(50, ByteBuffer.allocate(600)), "zeros");
    }
}
