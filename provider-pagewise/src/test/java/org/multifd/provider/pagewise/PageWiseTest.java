package org.multifd.provider.pagewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Packet;

/** The payload's layout, with the JDK's own streams as the other side. */
class PageWiseTest {

    private static MultiFDMethods methods(PageFormat format) {
        return format == PageFormat.QPL ? new QplMethods() : new UadkMethods();
    }

    private static Packet.Params params(PageFormat format) {
        return Packet.params("multifd-" + format.method() + "-level", 1);
    }

    private static byte[] sent(PageFormat format, byte[] content, int runs) throws Exception {
        try (MultiFDSender sender = methods(format).sendSetup(params(format))) {
            return new Packet(content, runs).sentBy(sender);
        }
    }

    private static byte[] stream(PageFormat format, byte[] content) {
        Deflater deflater = format.deflater(6);
        deflater.setInput(content);
        deflater.finish();
        byte[] stream = new byte[2 * Packet.PAGE];
        int length = deflater.deflate(stream);
        deflater.end();
        return Arrays.copyOf(stream, length);
    }

    /** A payload: lengths as they are claimed, then what follows. */
    private static byte[] payload(int[] lengths, byte[]... pages) {
        ByteBuffer payload = ByteBuffer.allocate(Packet.PAYLOAD_LIMIT);
        Arrays.stream(lengths).forEach(payload::putInt);
        Arrays.stream(pages).forEach(payload::put);
        return Arrays.copyOf(payload.array(), payload.position());
    }

    private static byte[] page(byte[] content, int page) {
        return Arrays.copyOfRange(content, page * Packet.PAGE, (page + 1) * Packet.PAGE);
    }

    @ParameterizedTest
    @EnumSource(PageFormat.class)
    void shouldSendLengthsThenEachPageAsAStreamOfItsOwn(PageFormat format) throws Exception {
        byte[] content = Packet.text(5, 1);
        ByteBuffer payload = ByteBuffer.wrap(sent(format, content, 5));
        int at = 5 * Integer.BYTES;
        for (int page = 0; page < 5; page++) {
            int length = payload.getInt(page * Integer.BYTES);
            Inflater inflater = new Inflater(format == PageFormat.QPL);
            inflater.setInput(payload.array(), at, length);
            byte[] decoded = new byte[Packet.PAGE];
            assertEquals(Packet.PAGE, inflater.inflate(decoded));
            assertEquals(0, inflater.inflate(new byte[1]));
            assertEquals("true, 0", inflater.finished() + ", " + inflater.getRemaining());
            assertArrayEquals(page(content, page), decoded);
            inflater.end();
            at += length;
        }
        assertEquals(payload.capacity(), at);
    }

    @ParameterizedTest
    @EnumSource(PageFormat.class)
    void shouldMixPagesThatDoNotShrinkAsTheyAre(PageFormat format) throws Exception {
        byte[] content = Packet.text(4, 1);
        byte[] noise = Packet.noise(1, 7);
        System.arraycopy(noise, 0, content, 2 * Packet.PAGE, Packet.PAGE);
        byte[] payload = sent(format, content, 2);
        ByteBuffer lengths = ByteBuffer.wrap(payload);
        assertEquals(Packet.PAGE, lengths.getInt(8));
        int at = 16 + lengths.getInt(0) + lengths.getInt(4);
        assertArrayEquals(noise, Arrays.copyOfRange(payload, at, at + Packet.PAGE));
        try (MultiFDReceiver receiver = methods(format).recvSetup(params(format))) {
            assertArrayEquals(content, new Packet(4, 4).receivedBy(receiver, payload).content());
        }
    }

    @ParameterizedTest
    @EnumSource(PageFormat.class)
    void shouldReadWhatAnotherDeflateMade(PageFormat format) throws Exception {
        byte[] content = Packet.text(3, 9);
        byte[][] pages = {stream(format, page(content, 0)), page(content, 1), stream(format, page(content, 2))};
        byte[] payload = payload(Stream.of(pages).mapToInt(page -> page.length).toArray(), pages);
        try (MultiFDReceiver receiver = methods(format).recvSetup(params(format))) {
            assertArrayEquals(content, new Packet(3, 1).receivedBy(receiver, payload).content());
            assertArrayEquals(content, new Packet(3, 3).receivedBy(receiver, payload).content());
        }
    }

    /** An accelerator looks back 4 KiB: what repeats only at a greater distance must not be referred to. */
    @ParameterizedTest
    @EnumSource(PageFormat.class)
    void shouldNotReferBackFurtherThanAnAcceleratorCan(PageFormat format) throws Exception {
        int pageSize = 16 * 1024;
        byte[] content = new byte[pageSize];
        byte[] noise = Packet.noise(2, 3);
        System.arraycopy(noise, 0, content, 0, noise.length);
        System.arraycopy(noise, 0, content, noise.length, noise.length);
        ByteBuffer memory = ByteBuffer.allocateDirect(pageSize).put(content).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(Packet.PAYLOAD_LIMIT);
        try (PageSender sender = new PageSender(format.deflater(9), pageSize)) {
            sender.prepare(new OnePage(memory), new Bytes(out));
        }
        assertEquals(pageSize, out.getInt(0));
        assertEquals(Integer.BYTES + pageSize, out.position());
    }

    static Stream<Arguments> refused() {
        byte[] raw = Packet.noise(1, 1);
        return Stream.of(PageFormat.values()).flatMap(format -> {
            byte[] stream = stream(format, Packet.text(1, 1));
            byte[] corrupt = stream.clone();
            Arrays.fill(corrupt, 2, 12, (byte) 0xFF);
            byte[] cut = Arrays.copyOf(stream, stream.length / 2);
            byte[] longer = Arrays.copyOf(stream, stream.length + 3);
            byte[] more = stream(format, new byte[Packet.PAGE + 1]);
            byte[] less = stream(format, new byte[Packet.PAGE - 1]);
            return Stream.of(
                    Map.entry("the payload has 8 bytes, expected more than the 8 of its 2 pages' lengths",
                            payload(new int[] {1, 1})),
                    Map.entry("the payload has 3 bytes, expected more than the 8 of its 2 pages' lengths",
                            new byte[3]),
                    Map.entry("page 2 of 2 has 0 bytes, expected 1 to 4096", payload(new int[] {4096, 0}, raw)),
                    Map.entry("page 1 of 2 has 4097 bytes, expected 1 to 4096", payload(new int[] {4097, 1}, raw)),
                    Map.entry("page 2 of 2 has 4294967295 bytes, expected 1 to 4096",
                            payload(new int[] {4096, -1}, raw)),
                    Map.entry("the lengths of 2 pages are 8192 bytes together, but 4096 follow them",
                            payload(new int[] {4096, 4096}, raw)),
                    Map.entry("the lengths of 2 pages are 8192 bytes together, but 8193 follow them",
                            payload(new int[] {4096, 4096}, raw, raw, new byte[1])),
                    Map.entry("page 2 leaves 3 bytes of its length over",
                            payload(new int[] {4096, longer.length}, raw, longer)),
                    Map.entry("page 1 decodes to more than 4096 bytes",
                            payload(new int[] {more.length, 4096}, more, raw)),
                    Map.entry("page 1 ended after 4095 of 4096 bytes",
                            payload(new int[] {less.length, 4096}, less, raw)),
                    Map.entry("page 2 is corrupt: ", payload(new int[] {4096, corrupt.length}, raw, corrupt)),
                    Map.entry("page 1 ended after ", payload(new int[] {cut.length, 4096}, cut, raw)))
                    .map(refusal -> Arguments.of(format, refusal.getValue(), refusal.getKey()));
        });
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseByNameWhatIsNotTwoPages(PageFormat format, byte[] payload, String why) throws Exception {
        MultiFDReceiver receiver = methods(format).recvSetup(params(format));
        String message = assertThrows(MultiFDException.class, () -> new Packet(2, 2).receivedBy(receiver, payload))
                .getMessage();
        receiver.close();
        String expected = format.method() + ": " + why;
        assertEquals(expected, message.substring(0, Math.min(message.length(), expected.length())));
        assertEquals(why.endsWith(" ") ? message.length() : expected.length(), message.length());
    }
}
