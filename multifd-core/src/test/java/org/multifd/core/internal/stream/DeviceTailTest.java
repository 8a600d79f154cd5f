package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.transport.ConnectionPair;
import org.multifd.core.internal.wire.WireException;

/** Where the device state ends: it has no length, and much in it may look like its end. */
class DeviceTailTest {

    /** What a description may hold: nested, braces and brackets and quotes in strings, escapes. */
    private static final String MEMBERS = "{ \"page_size\" : 4096, \"a\": [{\"}\": \"\\\"}]{[\"}, [[], {}], "
            + "\"\\\\\"], \"b\\u007d\": {}, \"devices\": [";

    /** Type, id, name, instance and version of {@link #device}. */
    private static final int HEADER = 19;

    private static Bytes device() {
        return Bytes.of().hex("04 00000009").counted("timer").u32(0).u32(2);
    }

    private static Bytes footer(Bytes device) {
        return device.hex("7e 00000009");
    }

    private static String json(int size) {
        return MEMBERS + "{\"name\": \"timer\", \"instance_id\": 0, \"size\": " + size + "}]}";
    }

    /** The whole tail of this one device, whose size is described. */
    private static Bytes described(Bytes device) {
        int size = device.array().length - HEADER;
        return footer(device).description(json(size));
    }

    /**
     * Feeds the tail and bytes behind it, cut in two at every place and into single bytes: the end is always the same.
     */
    private static void assertEnd(Bytes tail) {
        byte[] all = tail.array();
        byte[] more = Arrays.copyOf(all, all.length + 3);
        for (int cut = 0; cut <= all.length; cut++) {
            DeviceTail reader = new DeviceTail(List.of());
            int first = reader.append(Arrays.copyOf(all, cut));
            assertEquals(cut == all.length ? all.length : -1, first, "cut at " + cut);
            if (first < 0) {
                assertEquals(all.length, reader.append(Arrays.copyOfRange(more, cut, more.length)), "cut at " + cut);
            }
        }
        DeviceTail reader = new DeviceTail(List.of());
        for (int i = 0; i < all.length; i++) {
            assertEquals(i == all.length - 1 ? all.length : -1, reader.append(new byte[] {all[i]}), "byte " + i);
        }
    }

    private static byte[] read(Bytes tail) throws IOException {
        return new Reading().read(Bytes.stream().ram(true).last().end(true).raw(tail.array()).array());
    }

    @Test
    void shouldFindTheEndHoweverItArrives() {
        assertEnd(described(device().u64(42)));
    }

    @Test
    void shouldFindTheEndWithoutAnyDevice() {
        assertEnd(Bytes.of().description("{}"));
        assertEnd(Bytes.of().description("{\"devices\": []}"));
    }

    @Test
    void shouldPassOverWhatOnlyLooksLikeTheEnd() {
        assertEnd(described(device()
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
                .hex("0006 0006 0000 7e 0006 00")));
    }

    /**
     * A guest can put this into a disk buffer: whole descriptions, of which none leads from the first byte to its
     * footer.
     */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"devices\": []}", "{\"devices\": [{\"name\": \"timer\", \"size\": 511}]}",
            "{\"devices\": [{\"name\": \"other\", \"size\": 512}]}"})
    void shouldPassOverADescriptionThatDoesNotLeadFromTheFirstByteToItsFooter(String decoy) throws IOException {
        Bytes tail = described(device().raw(new byte[512]).hex("7e 00000009").description(decoy).raw(new byte[5000]));
        assertEnd(tail);
        assertArrayEquals(tail.array(), read(tail));
    }

    /** Also one that leads there, but is not the last thing: the guest has described its own section. */
    @Test
    void shouldRefuseBytesBehindTheEnd() {
        Bytes tail = described(device().raw(new byte[512])).raw(new byte[5000]);
        assertEquals("main channel: received 5000 bytes or more behind the VM description, expected none",
                assertThrows(WireException.class, () -> read(tail)).getMessage());
    }

    /** A device that has another size than it says: a description is taken if nothing follows it. */
    @Test
    void shouldTakeADescriptionThatIsTheLastThingIfADeviceIsNotDescribed() throws IOException {
        Bytes tail = footer(device().u64(42).hex("7e 00000009").description("{}").u64(43)).description(json(7));
        assertEquals(-1, new DeviceTail(List.of()).append(tail.array()));
        assertArrayEquals(tail.array(), read(tail));
    }

    /** The same while the source keeps the connection open and waits for SHUT: nothing more comes. */
    @Test
    void shouldTakeItWhileTheConnectionStaysOpen() throws IOException {
        byte[] tail = footer(device().u64(42)).description(json(7)).array();
        try (ConnectionPair pair = new ConnectionPair()) {
            pair.far.writeFully(ByteBuffer.wrap(tail));
            assertArrayEquals(tail, DeviceTail.read(new Input(pair.near, 1 << 12, 0), 1 << 20, List.of()));
        }
    }

    /** It claims bytes up to far behind the real end; that one is found while it is still open. */
    @Test
    void shouldNotWaitForADecoyThatIsLongerThanTheTail() {
        assertEnd(described(device().hex("7e 00000009 0006").u32(16 << 20).hex("7b")));
    }

    /** It ends within the real description, which was waiting for its own end meanwhile. */
    @Test
    void shouldNotForgetTheEndWhileADecoyIsTold() {
        for (int length = 14; length < 14 + json(12).length(); length += 9) {
            assertEnd(described(device().hex("7e 00000009 0006").u32(length).hex("7b")));
        }
    }

    /**
     * The footer's id and the description's length look like the header of another description, with its brace in the
     * length.
     */
    @Test
    void shouldFindTheEndWhoseOwnHeaderLooksLikeAnother() {
        String json = "{\"devices\": [{\"name\": \"timer\", \"size\": 8}]" + " ".repeat(0x7b22 - 43) + "}";
        assertEquals(0x7b22, json.length());
        byte[] tail = Bytes.of().hex("04 00000006").counted("timer").u32(0).u32(2).u64(0x7e_7e7eL << 8 | 0x7e)
                .hex("7e 00000006")
                .description(json).array();
        assertEquals(tail.length, new DeviceTail(List.of()).append(tail));
    }

    /** Before the first section's footer there can be no end, and nothing is read in front of the tail. */
    @Test
    void shouldPassOverADescriptionTooNearToTheStart() throws IOException {
        for (int bytes = 1; bytes < 5; bytes++) {
            Bytes tail = footer(Bytes.of().raw(new byte[bytes]).description("{}").raw(device().array()))
                    .description(json(0));
            assertArrayEquals(tail.array(), read(tail));
        }
    }

    @Test
    void shouldFindTheEndBehindMuchNoise() {
        byte[] noise = new byte[300_000];
        new Random(5).nextBytes(noise);
        byte[] all = described(device().raw(noise)).array();
        DeviceTail reader = new DeviceTail(List.of());
        for (int i = 0; i < all.length; i += 1000) {
            int end = Math.min(all.length, i + 1000);
            assertEquals(end == all.length ? end : -1, reader.append(Arrays.copyOfRange(all, i, end)));
        }
    }

    /** 16 MiB and a byte claimed is no description; 16 MiB claimed would be one too many. */
    @Test
    void shouldPassOverALengthThatNoDescriptionHas() {
        Bytes tail = device();
        for (int i = 0; i < 17; i++) {
            tail.hex("7e 00000009 0006").u32((16 << 20) + 1).hex("7b");
        }
        assertEnd(described(tail));
    }

    /** What may be a description ends where a byte comes that none can have: none of these is looked at again. */
    @ParameterizedTest
    @ValueSource(ints = {17, 40_000})
    void shouldPassOverDecoysThatClaimAllTheRest(int decoys) {
        Bytes tail = device();
        for (int i = 0; i < decoys; i++) {
            tail.hex("7e 00000009 0006").u32(12 * (decoys - i) + json(12 * decoys).length() + 4).hex("7b");
        }
        byte[] all = described(tail).array();
        assertEquals(all.length, new DeviceTail(List.of()).append(all));
    }

    /** Each is a whole object, of the same bytes up to the same end as far as they can be: the work stays linear. */
    @Test
    void shouldPassOverManyWholeObjects() {
        Bytes tail = device();
        String object = "{\"a\": \"" + "7".repeat(1000) + "\"}";
        for (int i = 0; i < 5_000; i++) {
            tail.hex("7e 00000009").description(object);
        }
        byte[] all = described(tail).array();
        assertEquals(all.length, new DeviceTail(List.of()).append(all));
    }

    @Test
    void shouldPassOverManyDecoysOneAfterTheOther() {
        Bytes tail = device();
        for (int i = 0; i < 100; i++) {
            tail.hex("7e 00000009 0006").u32(12).hex("7b");
        }
        assertEnd(described(tail));
    }

    private static boolean isObject(String json) {
        byte[] tail = Bytes.of().description(json).array();
        TailEnd end = new TailEnd(List.of());
        end.find(tail, tail.length);
        return end.takeLast(tail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":[1,2,{}]}", "{\"}\":\"{\"}", "{\"\\\\\":\"\\\"\"}"})
    void shouldTellAnObject(String json) {
        assertTrue(isObject(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{]", "{[}]", "{\"}", "{{}", "{}{}", "{}}", "{\"\\\"}", "{} ", "{[]", "{[]}",
            "{\"a\":1,}"})
    void shouldTellWhatIsNone(String json) {
        assertFalse(isObject(json));
    }

    @Test
    void shouldFollowNestingToADepthThatNoDescriptionHas() {
        assertTrue(isObject("{\"a\":".repeat(62) + "{}" + "}".repeat(62)));
        assertFalse(isObject("{\"a\":".repeat(63) + "{}" + "}".repeat(63)));
    }

    /** What QEMU 7.2 and 10.0 really send: the sizes lead to the end, and only there. */
    @ParameterizedTest
    @ValueSource(strings = {"qemu-7.2/running-none", "qemu-7.2/running-zstd-4ch", "qemu-7.2/running-zstd",
            "qemu-7.2/stopped-no-multifd", "qemu-7.2/stopped-none", "qemu-7.2/stopped-zlib", "qemu-7.2/stopped-zstd",
            "qemu-10.0/running-zstd", "qemu-10.0/stopped-machine-8.1-zstd", "qemu-10.0/stopped-none",
            "qemu-10.0/stopped-zlib", "qemu-10.0/stopped-zstd"})
    void shouldFindTheEndOfARecordedStream(String name) throws IOException {
        byte[] stream;
        try (InputStream packed = DeviceTailTest.class.getResourceAsStream("/captures/" + name + ".conn0.bin.gz");
                InputStream in = new GZIPInputStream(packed)) {
            stream = in.readAllBytes();
        }
        byte[] tail = new Reading().read(stream);
        assertArrayEquals(Arrays.copyOfRange(stream, stream.length - tail.length, stream.length), tail);
        assertEquals(tail.length, new DeviceTail(List.of()).append(tail));
        assertEquals(27, DeviceSections.of(tail, 0, List.of()).size());
    }

    private static Bytes withTail(int length) {
        int fixed = described(device().raw(new byte[1_000_000])).array().length - 1_000_000;
        return Bytes.stream().ram(true).last().end(true).raw(described(device().raw(new byte[length - fixed])).array());
    }

    @Test
    void shouldHoldTheLimitToTheByte() throws Exception {
        byte[] tail = new Reading().read(withTail(Reading.TAIL_LIMIT).array());
        assertEquals(Reading.TAIL_LIMIT, tail.length);
        assertEquals("\"size\": 1048403}]}", new String(tail, tail.length - 18, 18, StandardCharsets.US_ASCII));
        String message = "device state: received more than 1048576 bytes up to the end of the VM description, "
                + "expected at most that";
        assertEquals(message, Reading.refusal(withTail(Reading.TAIL_LIMIT + 1)));
        assertEquals(message, Reading.refusal(withTail(4 * Reading.TAIL_LIMIT)));
        assertEquals(message, Reading.refusal(Bytes.stream().ram(true).last().end(true)
                .raw(new byte[2 * Reading.TAIL_LIMIT])));
    }

    /** A machine that does not describe itself ends with its end of file. */
    @Test
    void shouldSayThatTheDescriptionIsMissing() {
        byte[] stream = Bytes.stream().ram(true).last().end(true).raw(footer(device().u64(1)).hex("00").array())
                .array();
        assertEquals("connection closed by the peer at byte 140: received 33 bytes of device state, expected a VM "
                + "description (JSON) at its end", assertThrows(EOFException.class, () -> new Reading().read(stream))
                .getMessage());
    }
}
