package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.internal.transport.ConnectionPair;
import org.multifd.core.internal.wire.WireException;

class ReturnPathTest {

    private static final String PONG = "0002 0004 00000001";
    private static final String SHUT = "0001 0004 00000000";
    private static final String FAILED = "0001 0004 00000001";

    private static void await(Bytes said) throws IOException {
        try (ConnectionPair pair = new ConnectionPair().sendAll(said.array())) {
            new ReturnPathReader(pair.near).awaitShut();
        }
    }

    private static String refusal(Bytes said) {
        return assertThrows(WireException.class, () -> await(said)).getMessage();
    }

    private static String failure(Bytes said) {
        return assertThrows(DestinationFailedException.class, () -> await(said)).getMessage();
    }

    private static Bytes reason(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Bytes.of().hex("4d46").u16(bytes.length).raw(bytes);
    }

    @Test
    void shouldWaitForTheShut() throws IOException {
        await(Bytes.of().hex(SHUT));
        await(Bytes.of().hex(PONG).hex("0007 0000").hex(PONG).hex(SHUT).hex("ffff"));
    }

    @Test
    void shouldTakeWhateverAPongSays() throws IOException {
        await(Bytes.of().hex("0002 0004 deadbeef").hex(SHUT));
    }

    @ParameterizedTest
    @CsvSource({"00000001", "ffffffff", "80000000"})
    void shouldTellAShutThatIsNotWell(String status) {
        assertEquals("the destination failed: it gave no reason, see its own message",
                failure(Bytes.of().hex("0001 0004").hex(status)));
    }

    @Test
    void shouldTellTheReason() {
        assertEquals("the destination failed: channel 1: received \"x\", expected y",
                failure(Bytes.of().hex(PONG).raw(reason("channel 1: received \"x\", expected y").array()).hex(FAILED)));
        assertEquals("the destination failed: " + "r".repeat(300) + "...",
                failure(reason("r".repeat(1024)).hex(FAILED)));
    }

    @Test
    void shouldMakeOneHarmlessLineOfAReason() {
        assertEquals("the destination failed: [2J two lines\ufffd",
                failure(Bytes.of().hex("4d46").u16(15).raw("\u001b[2J two\nlines".getBytes(StandardCharsets.US_ASCII))
                .hex("ff")
                        .hex(FAILED)));
    }

    @ParameterizedTest
    @CsvSource({"0", "3", "4", "5", "6", "8", "65535"})
    void shouldRefuseAnUnknownMessage(int type) {
        assertEquals("return path: received message type " + type + ", expected 1, 2 or 7",
                refusal(Bytes.of().hex(PONG).u16(type).u16(4).u32(0)));
    }

    @Test
    void shouldAskWhetherItIsADestinationAtAll() {
        assertEquals("return path: received message type 18516 (\"HTTP\"), expected 1, 2 or 7; is it a QEMU or "
                + "multifd that listens there?",
                refusal(Bytes.of().raw("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII))));
        assertEquals("return path: received message type 65535, expected 1, 2 or 7; is it a QEMU or multifd that "
                + "listens there?", refusal(Bytes.of().hex("ffff 4142")));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 4", "1, 5, 4", "2, 65535, 4", "7, 4, 0", "19782, 1025, 1024", "19782, 65535, 1024"})
    void shouldRefuseAMessageOfAnotherLength(int type, int length, int expected) {
        assertEquals("return path: received message type " + type + " of " + length + " bytes, expected " + expected,
                refusal(Bytes.of().u16(type).u16(length)));
    }

    @Test
    void shouldSayWhenTheDestinationEndsBeforeItsShut() {
        assertEquals("connection closed by the peer at byte 8: received 0 bytes of a message on the return path (the "
                + "destination must confirm before it closes), expected 2",
                assertThrows(EOFException.class, () -> await(Bytes.of().hex(PONG))).getMessage());
    }

    @Test
    void shouldSayWhereverTheReturnPathEnds() {
        byte[] all = Bytes.of().hex(PONG).raw(reason("why").array()).hex("0007 0000").hex(SHUT).array();
        for (int length = 0; length < all.length; length++) {
            byte[] cut = Arrays.copyOf(all, length);
            String message = assertThrows(EOFException.class, () -> await(Bytes.of().raw(cut)), "cut at " + length)
                    .getMessage();
            assertEquals("connection closed by the peer at byte " + length,
                    message.substring(0, message.indexOf(": ")));
        }
    }

    private interface Script {
        void run(ReturnPathWriter writer) throws IOException;
    }

    private static void assertWritten(Bytes expected, Script script) throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            script.run(new ReturnPathWriter(pair.near));
            pair.near.shutdownOutput();
            assertArrayEquals(expected.array(), pair.received());
        }
    }

    @Test
    void shouldWriteWhatAQemuReads() throws IOException {
        assertWritten(Bytes.of().hex("0002 0004 fffffffe").hex(SHUT), writer -> {
            writer.pong(-2);
            writer.shut(true);
        });
        assertWritten(Bytes.of().hex(FAILED), writer -> writer.shut(false));
    }

    @Test
    void shouldWriteAReasonUpToAWholeCharacter() throws IOException {
        assertWritten(reason("why").hex(FAILED), writer -> {
            writer.reason("why");
            writer.shut(false);
        });
        assertWritten(reason(""), writer -> writer.reason(""));
        assertWritten(reason("r".repeat(1024)), writer -> writer.reason("r".repeat(3000)));
        assertWritten(reason("x" + "\u4e16".repeat(341)), writer -> writer.reason("x" + "\u4e16".repeat(1000)));
        assertWritten(reason("half ? more"), writer -> writer.reason("half \ud83d more"));
    }
}
