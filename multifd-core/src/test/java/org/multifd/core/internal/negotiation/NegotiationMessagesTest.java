package org.multifd.core.internal.negotiation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.wire.Text;

/** docs/reference/negotiation.md, byte by byte. */
class NegotiationMessagesTest {

    private static final Negotiation.Request REQUEST =
            new Negotiation.Request(4096, 2, 1 << 20, List.of("zstd", "lz4"));

    private static Negotiation.Answer answer() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("zstd", "no libzstd f\u00fcr arm");
        return new Negotiation.Answer("lz4", reasons,
                new Negotiation.Accepts(1 << 20, List.of(4096, 65536), 0));
    }

    private static Negotiation.Request readRequest(ByteBuffer message) throws MigrationException {
        Negotiation.Header header = Negotiation.Header.decode(message);
        return Negotiation.Request.decode(header, message.slice());
    }

    private static Negotiation.Answer readAnswer(ByteBuffer message) throws MigrationException {
        Negotiation.Header header = Negotiation.Header.decode(message);
        return Negotiation.Answer.decode(header, message.slice());
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String field(String name, String value) {
        return String.format("%02x", name.length()) + hex(name) + String.format("%08x", value.length() / 2) + value;
    }

    private static ByteBuffer message(int type, String body) {
        return ByteBuffer.wrap(HexFormat.of().parseHex("4d46444e" + "0001" + String.format("%04x", type)
                + String.format("%08x", body.length() / 2) + body));
    }

    private static String refusedRequest(String body) {
        MigrationException e = assertThrows(MigrationException.class, () -> readRequest(message(1, body)));
        assertEquals(Kind.STREAM, e.kind());
        return e.getMessage();
    }

    private static String refusedAnswer(String body) {
        MigrationException e = assertThrows(MigrationException.class, () -> readAnswer(message(2, body)));
        assertEquals(Kind.STREAM, e.kind());
        return e.getMessage();
    }

    private static String requestWith(String name, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("page-size", "00001000");
        fields.put("channels", "00000002");
        fields.put("payload-limit", "00100000");
        fields.put("methods", "01" + "04" + hex("zstd"));
        fields.put(name, value);
        StringBuilder body = new StringBuilder();
        fields.forEach((field, bytes) -> body.append(field(field, bytes)));
        return body.toString();
    }

    private static String answerWith(String name, String value) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("method", hex("zstd"));
        fields.put("reasons", "00");
        fields.put("payload-limit", "00100000");
        fields.put("page-sizes", "01" + "00001000");
        fields.put("channels", "00000000");
        fields.put(name, value);
        StringBuilder body = new StringBuilder();
        fields.forEach((field, bytes) -> body.append(field(field, bytes)));
        return body.toString();
    }

    @Test
    void shouldWriteARequestByteForByte() {
        String body = field("page-size", "00001000") + field("channels", "00000002")
                + field("payload-limit", "00100000") + field("methods", "02" + "04" + hex("zstd") + "03" + hex("lz4"));

        assertEquals(message(1, body), REQUEST.encode());
    }

    @Test
    void shouldWriteAnAnswerByteForByte() {
        String reason = "6e6f206c69627a7374642066c3bc722061726d";
        String body = field("method", hex("lz4"))
                + field("reasons", "01" + "04" + hex("zstd") + "0013" + reason)
                + field("payload-limit", "00100000")
                + field("page-sizes", "02" + "00001000" + "00010000")
                + field("channels", "00000000");

        assertEquals(message(2, body), answer().encode());
    }

    @Test
    void shouldWriteARefusalByteForByte() {
        assertEquals(message(3, field("reason", hex("no, thanks"))), Negotiation.refusal("no,\nthanks"));
    }

    @Test
    void shouldReadWhatItWrote() throws Exception {
        assertEquals(REQUEST, readRequest(REQUEST.encode()));
        assertEquals(answer(), readAnswer(answer().encode()));
    }

    @Test
    void shouldFitTheLargestMessagesIntoTheBound() throws Exception {
        List<String> names = IntStream.range(0, 32).mapToObj(i -> String.format("m%030d", i)).toList();
        Negotiation.Request request = new Negotiation.Request(65536, 255, 1 << 24, names);
        Map<String, String> reasons = new LinkedHashMap<>();
        names.forEach(name -> reasons.put(name, Text.oneLine("\ud83d\ude00".repeat(400))));
        Negotiation.Answer answer = new Negotiation.Answer("", reasons,
                new Negotiation.Accepts(1 << 24, List.of(4096, 16384, 65536), 255));

        assertEquals(request, readRequest(request.encode()));
        assertEquals(answer, readAnswer(answer.encode()));
        assertTrue(answer.encode().remaining() <= Negotiation.Header.BYTES + Negotiation.MAX_BODY);
    }

    @Test
    void shouldTakeFieldsInAnyOrder() throws Exception {
        String body = field("methods", "02" + "04" + hex("zstd") + "03" + hex("lz4"))
                + field("payload-limit", "00100000") + field("channels", "00000002") + field("page-size", "00001000");

        assertEquals(REQUEST, readRequest(message(1, body)));
    }

    @Test
    void shouldRefuseAHeaderThatIsNone() {
        assertEquals("negotiation: received magic 0x51455600, expected 0x4d46444e; is it multifd that listens there?",
                refusedHeader("51455600", "0001"));
        assertEquals("negotiation: received magic 0x48545450 (\"HTTP\"), expected 0x4d46444e; is it multifd that"
                + " listens there?", refusedHeader("48545450", "2f31"));
        assertEquals("negotiation: received version 2, expected 1", refusedHeader("4d46444e", "0002"));
        assertEquals("negotiation: received version 65535, expected 1", refusedHeader("4d46444e", "ffff"));
        assertEquals("negotiation: received message type 7, expected 1, 2 or 3",
                refusedHeader("4d46444e", "00010007" + "00000000"));
        assertEquals("negotiation: received a length of 65537, expected at most 65536",
                refusedHeader("4d46444e", "00010001" + "00010001"));
        assertEquals("negotiation: received a length of 4294967295, expected at most 65536",
                refusedHeader("4d46444e", "00010001" + "ffffffff"));
    }

    private static String refusedHeader(String magic, String rest) {
        ByteBuffer bytes = ByteBuffer.allocate(12).put(HexFormat.of().parseHex(magic + rest)).rewind();
        return assertThrows(MigrationException.class, () -> Negotiation.Header.decode(bytes)).getMessage();
    }

    @Test
    void shouldRefuseAnotherMessageThanTheOneExpected() {
        assertEquals("negotiation: received message type 2, expected 1",
                assertThrows(MigrationException.class, () -> readRequest(answer().encode())).getMessage());
        assertEquals("negotiation: received message type 1, expected 2",
                assertThrows(MigrationException.class, () -> readAnswer(REQUEST.encode())).getMessage());
        assertEquals("negotiation: received message type 3, expected 1",
                assertThrows(MigrationException.class, () -> readRequest(Negotiation.refusal("x"))).getMessage());
    }

    @Test
    void shouldPassOnThePeersRefusalInItsWords() {
        MigrationException e = assertThrows(MigrationException.class,
                () -> readAnswer(Negotiation.refusal("negotiation: received version 2, expected 1")));
        assertEquals("negotiation: the peer refused: negotiation: received version 2, expected 1", e.getMessage());
        assertEquals(Kind.PEER, e.kind());
    }

    @Test
    void shouldRefuseAnUnknownFieldByName() {
        assertEquals("negotiation: received the field speed, expected one of channels, methods, page-size,"
                + " payload-limit", refusedRequest(requestWith("speed", "00")));
        assertEquals("negotiation: received the field speed, expected one of channels, method, page-sizes, "
                + "payload-limit, reasons", refusedAnswer(answerWith("speed", "")));
    }

    @Test
    void shouldRefuseAFieldTwice() {
        assertEquals("negotiation: received the field channels twice, expected it once",
                refusedRequest(requestWith("page-size", "00001000") + field("channels", "00000002")));
    }

    @Test
    void shouldRefuseAMissingField() {
        assertEquals("negotiation: received no field methods, expected it once",
                refusedRequest(field("page-size", "00001000") + field("channels", "00000002")
                        + field("payload-limit", "00100000")));
        assertEquals("negotiation: received no field channels, expected it once", refusedRequest(""));
    }

    @Test
    void shouldRefuseAFieldNameThatIsNone() {
        String expected = ", expected one of channels, methods, page-size, payload-limit";
        assertEquals("negotiation: received the field name \"\"" + expected, refusedRequest("00" + "00000000"));
        assertEquals("negotiation: received the field name \"A\\xef\\xbf\\xbd\""
                + expected, refusedRequest("0241ff" + "00000000"));
        assertEquals("negotiation: field name: received 1 bytes, expected 255", refusedRequest("ff41"));
    }

    @Test
    void shouldRefuseLengthsBeyondTheBody() {
        assertEquals("negotiation: field channels: received 4 bytes, expected 4294967295",
                refusedRequest("08" + hex("channels") + "ffffffff" + "00000002"));
        assertEquals("negotiation: field methods: received 4 bytes, expected 5",
                refusedRequest(requestWith("methods", "01" + "05" + hex("zstd"))));
        assertEquals("negotiation: field reasons: received 1 bytes, expected 65535",
                refusedAnswer(answerWith("reasons", "01" + "03" + hex("lz4") + "ffff" + "61")));
    }

    @Test
    void shouldRefuseNumbersOutOfRange() {
        assertEquals("negotiation: field channels: received 0, expected 1..255",
                refusedRequest(requestWith("channels", "00000000")));
        assertEquals("negotiation: field channels: received 4294967295, expected 1..255",
                refusedRequest(requestWith("channels", "ffffffff")));
        assertEquals("negotiation: field channels: received 3 bytes, expected 4",
                refusedRequest(requestWith("channels", "000002")));
        assertEquals("negotiation: field channels: received 5 bytes, expected 4",
                refusedRequest(requestWith("channels", "0000000200")));
        assertEquals("negotiation: field payload-limit: received 1048575, expected 1048576..16777216",
                refusedRequest(requestWith("payload-limit", "000fffff")));
        assertEquals("negotiation: field payload-limit: received 16777217, expected 1048576..16777216",
                refusedAnswer(answerWith("payload-limit", "01000001")));
        assertEquals("negotiation: field channels: received 256, expected 0..255",
                refusedAnswer(answerWith("channels", "00000100")));
        assertEquals("negotiation: field page-size: received 4294967295, expected 4096, 16384 or 65536",
                refusedRequest(requestWith("page-size", "ffffffff")));
        assertEquals("negotiation: field page-sizes: received 8192, expected 4096, 16384 or 65536",
                refusedAnswer(answerWith("page-sizes", "01" + "00002000")));
    }

    @Test
    void shouldRefuseListsThatAreNone() {
        assertEquals("negotiation: field methods: received 0 entries, expected 1..32",
                refusedRequest(requestWith("methods", "00")));
        assertEquals("negotiation: field methods: received 0 bytes, expected 1",
                refusedRequest(requestWith("methods", "")));
        assertEquals("negotiation: field methods: received 33 entries, expected 1..32",
                refusedRequest(requestWith("methods", "21")));
        assertEquals("negotiation: field methods: received lz4 twice, expected each name once",
                refusedRequest(requestWith("methods", "02" + "03" + hex("lz4") + "03" + hex("lz4"))));
        assertEquals("negotiation: field methods: received 2 bytes more, expected its end",
                refusedRequest(requestWith("methods", "01" + "03" + hex("lz4") + "0000")));
        assertEquals("negotiation: field methods: received the name \"LZ4\", expected 1 to 31 characters of a-z, 0-9 "
                + "and -, starting with a letter", refusedRequest(requestWith("methods", "01" + "03" + hex("LZ4"))));
        assertEquals("negotiation: field reasons: received lz4 twice, expected each name once",
                refusedAnswer(answerWith("reasons", "02" + ("03" + hex("lz4") + "0000").repeat(2))));
        assertEquals("negotiation: field reasons: received a text of 1501 bytes, expected at most 1500",
                refusedAnswer(answerWith("reasons", "01" + "03" + hex("lz4") + "05dd" + "61".repeat(1501))));
        assertEquals("negotiation: field reasons: received one against zstd, expected none against the choice",
                refusedAnswer(answerWith("reasons", "01" + "04" + hex("zstd") + "0000")));
        assertEquals("negotiation: field page-sizes: received 0 entries, expected 1..3",
                refusedAnswer(answerWith("page-sizes", "00")));
        assertEquals("negotiation: field page-sizes: received [4096, 4096], expected each once",
                refusedAnswer(answerWith("page-sizes", "02" + "00001000" + "00001000")));
        assertEquals("negotiation: field method: received the name \"a b\", expected 1 to 31 characters of a-z, 0-9 "
                + "and -, starting with a letter", refusedAnswer(answerWith("method", hex("a b"))));
    }

    @Test
    void shouldMakeAPeersWordsHarmless() throws Exception {
        Negotiation.Answer read = readAnswer(message(2,
                answerWith("reasons", "01" + "03" + hex("lz4") + "0006" + "611b0a62ff63")));

        assertEquals(Map.of("lz4", "a b\ufffdc"), read.reasons());
    }

    @Test
    void shouldRefuseEveryTruncationWithAndWithoutACorrectedLength() {
        for (ByteBuffer whole : List.of(REQUEST.encode(), answer().encode(), Negotiation.refusal("reason"))) {
            boolean request = whole.getShort(6) == 1;
            for (int length = 0; length < whole.limit(); length++) {
                ByteBuffer cut = ByteBuffer.allocate(length).put(whole.slice(0, length)).rewind();
                assertInvalid(request, cut.duplicate());
                if (length >= Negotiation.Header.BYTES) {
                    cut.putInt(8, length - Negotiation.Header.BYTES);
                    assertInvalid(request, cut);
                }
            }
        }
    }

    private static void assertInvalid(boolean request, ByteBuffer message) {
        int length = message.remaining();
        MigrationException e = assertThrows(MigrationException.class, () -> read(request, message), "length " + length);
        assertTrue(e.getMessage().startsWith("negotiation: "), e.getMessage());
        assertEquals(Kind.STREAM, e.kind(), "length " + length);
    }

    private static Object read(boolean request, ByteBuffer message) throws MigrationException {
        return request ? readRequest(message) : readAnswer(message);
    }

    /** What still reads after a flip is a message like any other: it survives being written and read again. */
    @Test
    void shouldReadOrRefuseEveryFlippedBit() throws Exception {
        int refused = 0;
        for (ByteBuffer whole : List.of(REQUEST.encode(), answer().encode())) {
            boolean request = whole.getShort(6) == 1;
            for (int bit = 0; bit < whole.limit() * 8; bit++) {
                ByteBuffer flipped = ByteBuffer.allocate(whole.limit()).put(whole.duplicate()).rewind();
                flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
                refused += readOrRefuse(request, flipped) ? 0 : 1;
            }
        }
        assertTrue(refused > 1000, "refused " + refused);
    }

    @Test
    void shouldReadOrRefuseRandomBodies() throws Exception {
        Random random = new Random(0x4D46444E);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer whole = round % 2 == 0 ? REQUEST.encode() : answer().encode();
            if (round % 4 < 2) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    whole.put(12 + random.nextInt(whole.limit() - 12), (byte) random.nextInt());
                }
            } else {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                whole = Negotiation.message(round % 2 == 0 ? Negotiation.Type.REQUEST
                        : Negotiation.Type.ANSWER, ByteBuffer.wrap(noise));
            }
            refused += readOrRefuse(round % 2 == 0, whole) ? 0 : 1;
        }
        assertTrue(refused > 10_000, "refused " + refused);
    }

    private static boolean readOrRefuse(boolean request, ByteBuffer message) throws MigrationException {
        Object read;
        try {
            read = read(request, message);
        } catch (MigrationException e) {
            assertTrue(e.getMessage().startsWith("negotiation: "), e.getMessage());
            assertEquals(e.getMessage(), e.getMessage().replaceAll("\\p{Cntrl}", ""));
            return false;
        }
        assertEquals(read, read(request, read instanceof Negotiation.Request r ? r.encode()
                : ((Negotiation.Answer) read).encode()));
        return true;
    }
}
