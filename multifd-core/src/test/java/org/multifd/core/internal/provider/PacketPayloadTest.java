package org.multifd.core.internal.provider;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.Payload;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.wire.PacketHeader;

/** Bytes, pages, and bytes with pages behind them. */
class PacketPayloadTest {

    private static final int PAGE = 4096;

    private final Effort effort = new Effort();
    private final PacketPayload payload = new PacketPayload(effort);
    private final RamBlock block = new RamBlock("b", PAGE, false, ByteBuffer.allocateDirect(256 * PAGE));
    private final RamRuns runs = new RamRuns(PAGE, 128, true);
    private final ByteBuffer[] buffers = Seat.packet(128);

    PacketPayloadTest() {
        pages(0, 1, 5);
        for (int page = 0; page < 256; page++) {
            block.put((long) page * PAGE, ByteBuffer.wrap(new byte[] {(byte) page}));
        }
        payload.reset();
    }

    private void pages(long... numbers) {
        long[] offsets = new long[numbers.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = numbers[i] * PAGE;
        }
        runs.set(block, offsets, offsets.length);
    }

    private byte[] finished() throws MultiFDException {
        int count = payload.finish(runs, buffers);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 1; i <= count; i++) {
            byte[] part = new byte[buffers[i].remaining()];
            buffers[i].get(part);
            bytes.writeBytes(part);
        }
        assertEquals(bytes.size(), payload.bytes());
        return bytes.toByteArray();
    }

    private static byte[] expected(int head, int... pages) {
        ByteBuffer bytes = ByteBuffer.allocate(head + pages.length * PAGE);
        for (int i = 0; i < head; i++) {
            bytes.put((byte) 77);
        }
        for (int page : pages) {
            bytes.put(head + bytes.position() / PAGE * PAGE, (byte) page);
            bytes.position(bytes.position() + PAGE);
        }
        return bytes.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12})
    void shouldPutPagesBehindAHead(int head) throws Exception {
        for (int i = 0; i < head; i++) {
            payload.buffer().put((byte) 77);
        }
        payload.appendPages();
        byte[] made = finished();
        assertEquals(head + 3 * PAGE, made.length);
        assertEquals(0, made[head]);
        assertEquals(1, made[head + PAGE]);
        assertEquals(5, made[head + 2 * PAGE]);
        for (int i = 0; i < head; i++) {
            assertEquals(77, made[i]);
        }
    }

    @Test
    void shouldTakeAHeadAndAsManyRunsAsThereCanBe() throws Exception {
        long[] apart = new long[128];
        for (int i = 0; i < apart.length; i++) {
            apart[i] = 2L * i;
        }
        pages(apart);
        payload.buffer().putInt(7);
        payload.appendPages();
        assertEquals(129, payload.finish(runs, buffers));
        assertEquals(4 + 128 * PAGE, payload.bytes());
    }

    @Test
    void shouldTakeBytesAlone() throws Exception {
        payload.buffer().put(expected(3));
        assertArrayEquals(expected(3), finished());
    }

    @Test
    void shouldRefuseBytesBehindThePages() {
        payload.appendPages();
        payload.buffer().putInt(1);
        assertEquals("the method put 4 bytes behind the pages, expected the pages last (rule 2.3)", refusal());
    }

    @Test
    void shouldRefuseAHeadThatLeavesNoRoomForThePages() {
        payload.buffer().position(PacketHeader.PAYLOAD_LIMIT - 3 * PAGE + 1);
        payload.appendPages();
        assertEquals("the method made a payload of 1048577 bytes, expected 1..1048576 (rule 2.3)", refusal());
    }

    @Test
    void shouldRefuseNothing() {
        assertEquals("the method made a payload of 0 bytes, expected 1..1048576 (rule 2.3)", refusal());
    }

    private String refusal() {
        return assertThrows(MultiFDException.class, () -> payload.finish(runs, buffers)).getMessage();
    }

    @Test
    void shouldForgetTheLastPacket() throws Exception {
        payload.buffer().putInt(1);
        payload.appendPages();
        payload.reset();
        payload.buffer().put(expected(2));
        assertArrayEquals(expected(2), finished());
    }

    @Test
    void shouldTellTheEffortThatWasSetBeforeThePacket() {
        assertEquals(Payload.EFFORT_AS_SET, payload.effort());
        effort.set(40);
        assertEquals(Payload.EFFORT_AS_SET, payload.effort(), "not within a packet");
        payload.reset();
        assertEquals(40, payload.effort());
        effort.set(Payload.EFFORT_AS_SET);
        payload.reset();
        assertEquals(Payload.EFFORT_AS_SET, payload.effort());
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, 101})
    void shouldRefuseAnEffortThatThereIsNot(int value) {
        assertEquals("effort: received " + value + ", expected 0..100, or -1 for as the parameters say",
                assertThrows(IllegalArgumentException.class, () -> effort.set(value)).getMessage());
    }
}
