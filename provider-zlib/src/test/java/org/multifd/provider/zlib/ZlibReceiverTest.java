package org.multifd.provider.zlib;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.tck.Packet;

class ZlibReceiverTest {

    private final MultiFDReceiver receiver = new ZlibMethods().recvSetup(Packet.params());
    private final Deflater deflater = new Deflater(1);

    @AfterEach
    void close() {
        receiver.close();
        deflater.end();
    }

    private byte[] deflate(byte[] content, int flush) {
        byte[] payload = new byte[Packet.PAYLOAD_LIMIT];
        deflater.setInput(content);
        return Arrays.copyOf(payload, deflater.deflate(payload, 0, payload.length, flush));
    }

    private String refusal(int pages, byte[] payload) {
        return assertThrows(MultiFDException.class, () -> new Packet(pages, 1).receivedBy(receiver, payload))
                .getMessage();
    }

    /** QEMU deflates page by page and flushes after the last one. */
    @Test
    void shouldReadWhatQemuSends() throws Exception {
        for (int packet = 0; packet < 10; packet++) {
            byte[] content = Packet.text(64, packet);
            byte[] payload = new byte[Packet.PAYLOAD_LIMIT];
            int length = 0;
            for (int at = 0; at < content.length; at += Packet.PAGE) {
                deflater.setInput(content, at, Packet.PAGE);
                boolean last = at + Packet.PAGE == content.length;
                length += deflater.deflate(payload, length, payload.length - length,
                        last ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH);
            }
            Packet received = new Packet(64, packet % 2 == 0 ? 1 : 16)
                    .receivedBy(receiver, Arrays.copyOf(payload, length));
            assertArrayEquals(content, received.content());
        }
    }

    @Test
    void shouldReadFullFlushes() throws Exception {
        for (int packet = 0; packet < 3; packet++) {
            byte[] content = Packet.text(128, packet);
            Packet received = new Packet(128, 1).receivedBy(receiver, deflate(content, Deflater.FULL_FLUSH));
            assertArrayEquals(content, received.content());
        }
    }

    @Test
    void shouldRefuseAPayloadThatEndsEarly() {
        byte[] payload = deflate(Packet.noise(2, 1), Deflater.SYNC_FLUSH);
        assertEquals("zlib: the payload of " + payload.length + " bytes ended after 8192 of 12288 bytes of pages",
                refusal(3, payload));
    }

    @Test
    void shouldRefuseAPayloadWithMoreThanThePages() {
        byte[] payload = deflate(Packet.noise(3, 1), Deflater.SYNC_FLUSH);
        assertEquals("zlib: the payload decodes to more than the 8192 bytes of its pages", refusal(2, payload));
    }

    @Test
    void shouldRefuseMoreThanThePagesWhenNoInputIsLeftToTell() {
        byte[] payload = deflate(new byte[3 * Packet.PAGE], Deflater.SYNC_FLUSH);
        assertEquals("zlib: the payload decodes to more than the 8192 bytes of its pages", refusal(2, payload));
    }

    @Test
    void shouldRefuseTrailingBytes() {
        byte[] payload = deflate(Packet.text(1, 1), Deflater.SYNC_FLUSH);
        byte[] longer = Arrays.copyOf(payload, payload.length + 3);
        Arrays.fill(longer, payload.length, longer.length, (byte) 0xFF);
        assertEquals("zlib: the payload is corrupt: invalid block type", refusal(1, longer));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "5,5"})
    void shouldRefuseAFinishedStream(int trailing, int left) {
        byte[] content = Packet.text(1, 1);
        deflater.setInput(content);
        deflater.finish();
        byte[] payload = new byte[Packet.PAYLOAD_LIMIT];
        int length = deflater.deflate(payload);
        assertEquals("zlib: the stream was finished with " + left
                + " bytes of the payload left, but a channel's stream never ends",
                refusal(1, Arrays.copyOf(payload, length + trailing)));
    }

    @Test
    void shouldRefuseAStreamThatWasFinishedBeforeThePagesWereFull() {
        deflater.setInput(Packet.text(1, 1));
        deflater.finish();
        byte[] payload = new byte[Packet.PAYLOAD_LIMIT];
        int length = deflater.deflate(payload);
        assertEquals("zlib: the stream was finished after 4096 of 8192 bytes of pages",
                refusal(2, Arrays.copyOf(payload, length)));
    }

    @Test
    void shouldRefuseAPresetDictionary() {
        deflater.setDictionary(new byte[] {1, 2, 3});
        byte[] payload = deflate(Packet.text(1, 1), Deflater.SYNC_FLUSH);
        assertEquals("zlib: the stream asks for a preset dictionary after 0 of 4096 bytes of pages",
                refusal(1, payload));
    }

    @Test
    void shouldRefuseWhatIsNoZlibStream() {
        assertEquals("zlib: the payload is corrupt: incorrect header check", refusal(1, new byte[] {1, 2, 3, 4}));
    }
}
