package org.multifd.provider.zstd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.tck.Packet;

class ZstdReceiverTest {

    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final MultiFDReceiver receiver;

    ZstdReceiverTest() throws MultiFDException {
        receiver = new ZstdMethods().recvSetup(Packet.params());
    }

    @AfterEach
    void close() {
        receiver.close();
        compressor.close();
    }

    private byte[] stream(byte[] content, EndDirective last) {
        ByteBuffer payload = ByteBuffer.allocateDirect(Packet.PAYLOAD_LIMIT);
        ByteBuffer pages = ByteBuffer.allocateDirect(content.length).put(content).flip();
        for (int end = Packet.PAGE; end < content.length; end += Packet.PAGE) {
            pages.limit(end);
            compressor.compressDirectByteBufferStream(payload, pages, EndDirective.CONTINUE);
        }
        pages.limit(content.length);
        while (!compressor.compressDirectByteBufferStream(payload, pages, last)) {
            payload.limit(payload.capacity());
        }
        byte[] bytes = new byte[payload.flip().limit()];
        payload.get(bytes);
        return bytes;
    }

    private void accept(byte[] content, int runs, byte[] payload) throws Exception {
        Packet received = new Packet(content.length / Packet.PAGE, runs).receivedBy(receiver, payload);
        assertArrayEquals(content, received.content());
    }

    private String refusal(int pages, byte[] payload) {
        return assertThrows(MultiFDException.class, () -> new Packet(pages, 1).receivedBy(receiver, payload))
                .getMessage();
    }

    /** QEMU's channel: one frame, fed page by page, flushed after the last page of each packet and never ended. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 9, 20})
    void shouldReadWhatQemuSends(int level) throws Exception {
        compressor.setLevel(level);
        for (int packet = 0; packet < 12; packet++) {
            int pages = packet % 4 == 3 ? 5 : 128;
            byte[] content = packet % 5 == 4 ? Packet.noise(pages, packet) : Packet.text(pages, packet);
            byte[] payload = stream(content, EndDirective.FLUSH);
            if (packet == 0 && level == 20) {
                assertEquals(FrameHeader.WINDOW_LIMIT, 1 << 10 + (payload[5] >> 3), "the window this test is about");
            }
            accept(content, packet % 2 == 0 ? 1 : pages, payload);
        }
    }

    @Test
    void shouldReadHistoryOfAWholeWindow() throws Exception {
        compressor.setLevel(3).setWindowLog(25).setLong(25);
        byte[] first = Packet.noise(128, 0);
        accept(first, 1, stream(first, EndDirective.FLUSH));
        for (int packet = 1; packet < (FrameHeader.WINDOW_LIMIT >> 19) - 1; packet++) {
            byte[] content = Packet.noise(128, packet);
            accept(content, 1, stream(content, EndDirective.FLUSH));
        }
        byte[] payload = stream(first, EndDirective.FLUSH);
        assertEquals(true, payload.length < first.length / 10, "refers back to the first packet");
        accept(first, 16, payload);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 128})
    void shouldReadAFrameForEachPacketHoweverThePagesLie(int runs) throws Exception {
        for (int packet = 0; packet < 4; packet++) {
            byte[] content = packet == 2 ? Packet.noise(128, packet) : Packet.text(128, packet);
            accept(content, runs, AircompressorZstd.encode(content));
        }
    }

    @Test
    void shouldReadFramesThatEndAnywhere() throws Exception {
        byte[] content = Packet.text(6, 1);
        byte[] first = stream(Arrays.copyOfRange(content, 0, 3 * Packet.PAGE), EndDirective.END);
        byte[] second = stream(Arrays.copyOfRange(content, 3 * Packet.PAGE, 4 * Packet.PAGE), EndDirective.FLUSH);
        byte[] third = stream(Arrays.copyOfRange(content, 4 * Packet.PAGE, content.length), EndDirective.END);
        accept(Arrays.copyOf(content, 4 * Packet.PAGE), 2, Frames.concat(first, second));
        accept(Arrays.copyOfRange(content, 4 * Packet.PAGE, content.length), 1, third);
    }

    @Test
    void shouldTakeInAnEmptyFrameAndAChecksumAfterTheLastPage() throws Exception {
        byte[] content = Packet.text(3, 1);
        compressor.setChecksum(true);
        accept(content, 3, Frames.concat(stream(content, EndDirective.END), Frames.windowed(25)));
    }

    @Test
    void shouldRefuseAWrongChecksum() {
        compressor.setChecksum(true);
        byte[] payload = stream(Packet.text(3, 1), EndDirective.END);
        payload[payload.length - 1] ^= 1;
        assertEquals("zstd: the payload is corrupt: Restored data doesn't match checksum", refusal(3, payload));
    }

    @Test
    void shouldRefuseALargerWindowThanLevelTwentys() {
        compressor.setWindowLog(26);
        assertEquals("zstd: the frame needs a window of 67108864 bytes, at most 33554432 are accepted",
                refusal(1, stream(Packet.text(1, 1), EndDirective.FLUSH)));
    }

    @ParameterizedTest
    @CsvSource({"33554433,33554433", "-1,18446744073709551615"})
    void shouldRefuseALargerSingleSegment(long size, String shown) {
        assertEquals("zstd: the frame needs a window of " + shown + " bytes, at most 33554432 are accepted",
                refusal(1, Frames.singleSegment(size)));
    }

    @Test
    void shouldRefuseALargeWindowInALaterFrame() {
        byte[] content = Packet.text(1, 1);
        assertEquals("zstd: the frame needs a window of 67108864 bytes, at most 33554432 are accepted",
                refusal(1, Frames.concat(stream(content, EndDirective.END), Frames.windowed(26))));
    }

    @Test
    void shouldRefuseAPayloadThatEndsEarly() {
        byte[] payload = stream(Packet.text(2, 1), EndDirective.FLUSH);
        assertEquals("zstd: the payload of " + payload.length + " bytes ended after 8192 of 12288 bytes of pages",
                refusal(3, payload));
    }

    @Test
    void shouldRefuseATruncatedFrame() {
        byte[] payload = stream(Packet.text(2, 1), EndDirective.END);
        assertEquals("zstd: the payload of " + payload.length / 2 + " bytes ended after 0 of 8192 bytes of pages",
                refusal(2, Arrays.copyOf(payload, payload.length / 2)));
    }

    /** A frame may go on in the next packet, so a cut behind the pages shows there. */
    @Test
    void shouldRefuseThePacketAfterAFrameWhoseEndWasCutOff() throws Exception {
        compressor.setChecksum(true);
        byte[] content = Packet.text(3, 1);
        byte[] payload = stream(content, EndDirective.END);
        accept(content, 1, Arrays.copyOf(payload, payload.length - 1));
        assertEquals("zstd: the payload is corrupt: Restored data doesn't match checksum", refusal(3, payload));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSH", "END"})
    void shouldRefuseAPayloadWithMoreThanThePages(EndDirective end) {
        byte[] payload = stream(Packet.text(3, 1), end);
        assertEquals("zstd: the payload decodes to more than the 8192 bytes of its pages", refusal(2, payload));
    }

    @Test
    void shouldRefuseTrailingBytes() {
        byte[] payload = stream(Packet.text(1, 1), EndDirective.END);
        int at = payload.length;
        assertEquals("zstd: 0x00000000 at byte " + at + " of the payload, expected a frame's magic 0xfd2fb528",
                refusal(1, Arrays.copyOf(payload, at + 9)));
    }

    @Test
    void shouldRefuseATruncatedFrameHeader() {
        byte[] payload = stream(Packet.text(1, 1), EndDirective.END);
        assertEquals("zstd: 5 bytes at the end of the payload are not a whole frame header",
                refusal(1, Frames.concat(payload, Frames.bytes(0x28, 0xB5, 0x2F, 0xFD, 0x00))));
    }

    @Test
    void shouldRefuseAFrameHeaderWhoseSizeIsCutOff() {
        assertEquals("zstd: 8 bytes at the end of the payload are not a whole frame header",
                refusal(1, Arrays.copyOf(Frames.singleSegment(4096), 8)));
    }

    @Test
    void shouldRefuseASkippableFrame() {
        assertEquals("zstd: a skippable frame at byte 0 of the payload, which holds no pages",
                refusal(1, Frames.bytes(0x5F, 0x2A, 0x4D, 0x18, 0x01, 0x00, 0x00, 0x00, 0x00)));
    }

    @Test
    void shouldRefuseADictionary() {
        // magic, single segment, one byte of dictionary id, one of content size
        assertEquals("zstd: the frame asks for dictionary 7, and multifd has none",
                refusal(1, Frames.bytes(0x28, 0xB5, 0x2F, 0xFD, 0x21, 0x07, 0x40, 0x01, 0x00, 0x00)));
    }

    @Test
    void shouldRefuseACorruptBlock() {
        assertEquals("zstd: the payload is corrupt: Data corruption detected",
                refusal(1, Frames.bytes(0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x07, 0x00, 0x00)));
    }
}
