package com.example.multifd.brotli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.brotli.dec.BrotliInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Packet;

class BrotliStreamTest {

    private final BrotliMethods methods = new BrotliMethods();
    private final MultiFDReceiver receiver;

    BrotliStreamTest() throws MultiFDException {
        receiver = methods.recvSetup(params(1, 18));
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private static Packet.Params params(int level, int window) {
        return Packet.params(BrotliMethods.LEVEL, level, BrotliMethods.WINDOW, window);
    }

    private byte[] sent(byte[] pages) throws MultiFDException {
        try (MultiFDSender sender = methods.sendSetup(params(1, 18))) {
            return new Packet(pages, 1).sentBy(sender);
        }
    }

    private byte[] received(byte[] payload, int pages) throws Exception {
        return new Packet(pages, pages).receivedBy(receiver, payload).content();
    }

    private String refusal(byte[] payload, int pages) {
        return assertThrows(MultiFDException.class, () -> received(payload, pages)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"0,10", "0,24", "1,18", "2,16", "5,22", "9,24", "11,10"})
    void shouldSendAStreamThatAnotherDecoderReads(int level, int window) throws Exception {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        try (MultiFDSender sender = methods.sendSetup(params(level, window))) {
            for (int packet = 0; packet < 6; packet++) {
                byte[] pages = packet % 3 == 2 ? Packet.noise(128, packet) : Packet.text(1 + packet * 25, packet);
                byte[] payload = new Packet(pages, pages.length / Packet.PAGE).sentBy(sender);
                assertArrayEquals(pages, received(payload, pages.length / Packet.PAGE), "packet " + packet);
                stream.write(payload);
                contents.write(pages);
            }
        }
        stream.write(3); // a last meta-block without content: behind a flush, every stream can be finished that way
        try (BrotliInputStream decoder = new BrotliInputStream(new ByteArrayInputStream(stream.toByteArray()))) {
            assertArrayEquals(contents.toByteArray(), decoder.readAllBytes());
        }
    }

    @Test
    void shouldLookBackAsFarAsTheWindowAllows() throws Exception {
        byte[] pages = Packet.noise(128, 1);
        for (int window : new int[] {18, 20}) {
            try (MultiFDSender sender = methods.sendSetup(params(5, window))) {
                new Packet(pages, 1).sentBy(sender);
                int again = new Packet(pages, 1).sentBy(sender).length;
                assertTrue(window == 18 ? again > pages.length : again < pages.length / 100, window + ": " + again);
            }
        }
    }

    @Test
    void shouldRefuseAPayloadThatEndsEarly() throws Exception {
        byte[] payload = sent(Packet.text(2, 1));
        assertEquals("brotli: the payload of " + payload.length + " bytes ended after 8192 of 12288 bytes of pages",
                refusal(payload, 3));
    }

    @Test
    void shouldRefuseAPayloadWithMoreThanThePages() throws Exception {
        assertEquals("brotli: the payload decodes to more than the 8192 bytes of its pages",
                refusal(sent(Packet.text(3, 1)), 2));
    }

    @Test
    void shouldRefuseAFinishedStream() throws Exception {
        byte[] payload = Encoder.compress(Packet.text(2, 1));
        assertEquals("brotli: the stream was finished after 8192 of 8192 bytes of pages, but a channel's stream "
                + "never ends", refusal(payload, 2));
    }

    @Test
    void shouldRefuseBytesBehindAFinishedStream() throws Exception {
        byte[] finished = Encoder.compress(Packet.text(2, 1));
        assertEquals("brotli: the payload of " + (finished.length + 1)
                + " bytes is corrupt after 8192 of 8192 bytes of pages",
                refusal(Arrays.copyOf(finished, finished.length + 1), 2));
    }

    @Test
    void shouldRefuseALargeWindow() {
        assertEquals("brotli: the payload of 2 bytes is corrupt after 0 of 4096 bytes of pages",
                refusal(HexFormat.of().parseHex("11e1"), 1));
    }

    @Test
    void shouldRefuseWhatDoesNotContinueTheStream() throws Exception {
        byte[] first = Packet.text(2, 1);
        assertArrayEquals(first, received(sent(first), 2));
        byte[] corrupt = new byte[50];
        Arrays.fill(corrupt, (byte) 0xFF);
        assertTrue(refusal(corrupt, 2).startsWith("brotli: the "), "one line of the method's");
    }
}
