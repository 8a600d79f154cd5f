package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.wire.WireException;

/** Where the device state ends: it has no length, and much in it may look like its end. */
class DeviceTailTest {

    /** What a description may hold: nested, braces and brackets and quotes in strings, escapes. */
    private static final String JSON = "{ \"page_size\" : 4096, \"a\": [{\"}\": \"\\\"}]{[\"}, [[], {}], \"\\\\\"], \"b\\u007d\": {}}";

    private static Bytes device() {
        return Bytes.of().hex("04 00000009").counted("timer").u32(0).u32(2);
    }

    private static Bytes footer(Bytes device) {
        return device.hex("7e 00000009");
    }

    /** Feeds the tail and bytes behind it, cut in two at every place and into single bytes: the end is always the same. */
    private static void assertEnd(Bytes tail) throws WireException {
        byte[] all = tail.array();
        byte[] more = Arrays.copyOf(all, all.length + 3);
        for (int cut = 0; cut <= all.length; cut++) {
            DeviceTail reader = new DeviceTail();
            int first = reader.append(Arrays.copyOf(all, cut));
            assertEquals(cut == all.length ? all.length : -1, first, "cut at " + cut);
            if (first < 0) {
                assertEquals(all.length, reader.append(Arrays.copyOfRange(more, cut, more.length)), "cut at " + cut);
            }
        }
        DeviceTail reader = new DeviceTail();
        for (int i = 0; i < all.length; i++) {
            assertEquals(i == all.length - 1 ? all.length : -1, reader.append(new byte[] {all[i]}), "byte " + i);
        }
    }

    @Test
    void shouldFindTheEndHoweverItArrives() throws WireException {
        assertEnd(footer(device().u64(42)).description(JSON));
    }

    @Test
    void shouldFindTheEndWithoutAnyDevice() throws WireException {
        assertEnd(Bytes.of().description("{}"));
    }

    @Test
    void shouldPassOverWhatOnlyLooksLikeTheEnd() throws WireException {
        assertEnd(footer(device()
                .hex("7e 00000009 0006").u32(50).hex("7b")                           // longer than its object
                .hex("7e 00000009 0006").u32(2).hex("7b22")                          // a string that does not end
                .hex("7e 00000009 0006").u32(3).hex("7b7d20")                        // ends before its length
                .hex("7e 00000009 0006").u32(2).hex("7b5d")                          // closed by a bracket
                .hex("7e 00000009 0006").u32(4).hex("7b5b7d5d")                      // crossed brackets
                .hex("7e 00000009 0006").u32(3).hex("7b7d7d")                        // one brace too many
                .hex("7e 00000009 0006").u32(4).hex("7b225c22")                      // an escaped quote
                .hex("7e 00000009 0006").u32(0).hex("7b7d")                          // no length
                .hex("7e 00000009 0006").u32(1).hex("7b7d")
                .hex("7e 00000009 0006").u32(-1).hex("7b7d")                         // lengths beyond all bounds
                .hex("7e 00000009 0006").u32(2).hex("5b5d")                          // no object
                .hex("0006").u32(2).hex("7b7d")                                      // no footer before it
                .hex("0006 0006 0000 7e 0006 00")).description(JSON));
    }

    /** It claims bytes up to far behind the real end; that one is found while it is still open. */
    @Test
    void shouldNotWaitForADecoyThatIsLongerThanTheTail() throws WireException {
        assertEnd(footer(device().hex("7e 00000009 0006").u32(16 << 20).hex("7b")).description(JSON));
    }

    /** It ends within the real description, which was waiting for its own end meanwhile. */
    @Test
    void shouldNotForgetTheEndWhileADecoyIsTold() throws WireException {
        for (int length = 14; length < 14 + JSON.length(); length += 9) {
            assertEnd(footer(device().hex("7e 00000009 0006").u32(length).hex("7b")).description(JSON));
        }
    }

    /** Before the first section's footer there can be no end, and nothing is read in front of the tail. */
    @Test
    void shouldPassOverADescriptionTooNearToTheStart() throws WireException {
        for (int bytes = 1; bytes < 5; bytes++) {
            assertEnd(footer(Bytes.of().raw(new byte[bytes]).description("{}").raw(device().array())).description(JSON));
        }
    }

    @Test
    void shouldTakeWhicheverEndsFirst() throws WireException {
        String inner = "{\"a\": 1}";
        Bytes outer = Bytes.of().description(inner);
        assertEnd(footer(device().hex("7e 00000009 0006").u32(1 + 5 + outer.array().length + 20).hex("7b")
                .hex("7e 00000009")).description(inner));
    }

    @Test
    void shouldFindTheEndBehindMuchNoise() throws WireException {
        byte[] noise = new byte[300_000];
        new Random(5).nextBytes(noise);
        byte[] all = footer(device().raw(noise)).description(JSON).array();
        DeviceTail reader = new DeviceTail();
        for (int i = 0; i < all.length; i += 1000) {
            int end = Math.min(all.length, i + 1000);
            assertEquals(end == all.length ? end : -1, reader.append(Arrays.copyOfRange(all, i, end)));
        }
    }

    /** 16 MiB and a byte claimed is no description; 16 MiB claimed would be one too many. */
    @Test
    void shouldPassOverALengthThatNoDescriptionHas() throws WireException {
        Bytes tail = device();
        for (int i = 0; i < 17; i++) {
            tail.hex("7e 00000009 0006").u32((16 << 20) + 1).hex("7b");
        }
        assertEnd(footer(tail).description(JSON));
    }

    /** Each of them would have to be looked at again for as long as it claims. */
    @Test
    void shouldRefuseAStreamOfDecoys() {
        DeviceTail reader = new DeviceTail();
        byte[] decoy = Bytes.of().hex("7e 00000009 0006").u32(16 << 20).hex("7b").array();
        WireException error = assertThrows(WireException.class, () -> {
            for (int i = 0; i < 17; i++) {
                assertEquals(-1, reader.append(decoy));
            }
        });
        assertEquals("device state: received more than 16 places at once that look like the VM description, expected one",
                error.getMessage());
    }

    @Test
    void shouldPassOverManyDecoysOneAfterTheOther() throws WireException {
        Bytes tail = device();
        for (int i = 0; i < 100; i++) {
            tail.hex("7e 00000009 0006").u32(12).hex("7b");
        }
        assertEnd(footer(tail).description(JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":[1,2,{}]}", "{\"}\":\"{\"}", "{\"\\\\\":\"\\\"\"}", "{[]}"})
    void shouldTellAnObject(String json) {
        byte[] bytes = ("x" + json + "y").getBytes(StandardCharsets.US_ASCII);
        assertTrue(JsonObject.is(bytes, 1, json.length()));
        assertFalse(JsonObject.is(bytes, 1, json.length() - 1));
        assertFalse(JsonObject.is(bytes, 1, json.length() + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{]", "{[}]", "{\"}", "{{}", "{}{}", "{}}", "{\"\\\"}", "{} ", "{[]"})
    void shouldTellWhatIsNone(String json) {
        assertFalse(JsonObject.is(json.getBytes(StandardCharsets.US_ASCII), 0, json.length()));
    }

    @Test
    void shouldFollowNestingToADepthThatNoDescriptionHas() {
        byte[] deep = ("{".repeat(63) + "}".repeat(63)).getBytes(StandardCharsets.US_ASCII);
        assertTrue(JsonObject.is(deep, 0, deep.length));
        byte[] deeper = ("{".repeat(64) + "}".repeat(64)).getBytes(StandardCharsets.US_ASCII);
        assertFalse(JsonObject.is(deeper, 0, deeper.length));
    }

    private static Bytes withTail(int length) {
        int fixed = footer(device()).description("{}").array().length;
        return Bytes.stream().ram(true).last().end(true)
                .raw(footer(device().raw(new byte[length - fixed])).description("{}").array());
    }

    @Test
    void shouldHoldTheLimitToTheByte() throws Exception {
        byte[] tail = new Reading().read(withTail(Reading.TAIL_LIMIT).array());
        assertEquals(Reading.TAIL_LIMIT, tail.length);
        assertArrayEquals(Bytes.of().description("{}").array(), Arrays.copyOfRange(tail, tail.length - 8, tail.length));
        String message = "device state: received more than 1048576 bytes up to the end of the VM description, expected at most that";
        assertEquals(message, Reading.refusal(withTail(Reading.TAIL_LIMIT + 1)));
        assertEquals(message, Reading.refusal(withTail(4 * Reading.TAIL_LIMIT)));
        assertEquals(message, Reading.refusal(Bytes.stream().ram(true).last().end(true).raw(new byte[2 * Reading.TAIL_LIMIT])));
    }

    /** A machine that does not describe itself ends with its end of file. */
    @Test
    void shouldSayThatTheDescriptionIsMissing() {
        byte[] stream = Bytes.stream().ram(true).last().end(true).raw(footer(device().u64(1)).hex("00").array()).array();
        assertEquals("connection closed by the peer at byte 140: received 33 bytes of device state, expected a VM description (JSON)"
                + " at its end", assertThrows(EOFException.class, () -> new Reading().read(stream)).getMessage());
    }
}
