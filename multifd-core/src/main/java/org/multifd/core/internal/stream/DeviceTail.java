package org.multifd.core.internal.stream;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.multifd.core.internal.wire.WireException;

/**
 * What follows RAM: the devices' sections, which have no length, end of file, and the description of the VM. Kept as
 * the bytes it is; {@link TailEnd} finds its end.
 */
public final class DeviceTail {

    /** The most bytes of device state that a program may give. */
    public static final int STATE_LIMIT = 64 * 1024 * 1024;

    /** The most bytes of a tail that is read: a state, and what lies around it. */
    public static final int TAIL_LIMIT = STATE_LIMIT + 1024 * 1024;

    private static final String STATE_NAME = "multifd/state";
    private static final int STATE_SECTION = 3;
    private static final int STATE_VERSION = 1;
    /** Type, section id and the name's length. */
    private static final int STATE_HEADER = 1 + Integer.BYTES + 1;
    /** The pages that were sent. */
    private static final int COUNTS = 2 * Long.BYTES;
    private static final int FOOTER_BYTES = 5;

    /** How long nothing must come behind a description that does not lead to the end, where nothing shows the end. */
    private static final int QUIET_MILLIS = 500;

    private byte[] bytes = new byte[64 * 1024];
    private int size;
    private boolean known;
    private boolean surpassed;
    private final TailEnd end;

    /** @param early the devices before RAM, which the description has as well */
    DeviceTail(List<DeviceSection> early) {
        this.end = new TailEnd(early);
    }

    static byte[] read(Input in, int limit, List<DeviceSection> early) throws IOException {
        DeviceTail tail = new DeviceTail(early);
        int end;
        do {
            byte[] more = in.some();
            end = more == null ? tail.ended() : tail.append(more);
            if (more == null && end < 0) {
                tail.end.explain(tail.bytes, in.position() - tail.size);
                throw new EOFException(in.ended() + in.position() + ": received " + tail.size
                        + " bytes of device state, expected a VM description (JSON) at its end");
            }
            if (end > limit || end < 0 && tail.size > limit) {
                throw new WireException("device state: received more than " + limit
                        + " bytes up to the end of the VM description, expected at most that");
            }
            if (end < 0 && tail.ended() >= 0 && in.isQuiet(QUIET_MILLIS)) {
                end = tail.ended();
            }
        } while (end < 0);
        in.checkNothingBehind(tail.size - end);
        return Arrays.copyOf(tail.bytes, end);
    }

    /** Adds bytes of a tail that is not kept behind its limit; whether it may end with them. */
    boolean pass(byte[] more) {
        surpassed |= known || size + more.length > TAIL_LIMIT;
        if (surpassed) {
            return false;
        }
        int end = append(more);
        known = end >= 0;
        return end == size || !known && ended() >= 0;
    }

    /** Adds bytes; the tail's length once its end is known, otherwise -1. How the bytes are cut makes no difference. */
    int append(byte[] more) {
        if (bytes.length - size < more.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more.length));
        }
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return end.find(bytes, size);
    }

    /** Nothing more comes: the tail's length if it ends with a description, otherwise -1. */
    private int ended() {
        return end.takeLast(bytes) ? size : -1;
    }

    /**
     * What two multifd peers say at the end.
     *
     * @param normalPages pages that were sent with a payload, over all channels and rounds
     * @param zeroPages pages that were sent as zero, main's included
     * @param state the embedding program's device state
     */
    public record Ending(long normalPages, long zeroPages, byte[] state) {
    }

    /** The tail between two multifd peers. */
    static void write(Output out, Ending ending, int pageSize) throws IOException {
        byte[] state = ending.state();
        out.u8(Qevm.SECTION_FULL).u32(STATE_SECTION).counted(STATE_NAME).u32(0).u32(STATE_VERSION);
        out.u64(ending.normalPages()).u64(ending.zeroPages()).u32(state.length).bytes(state);
        out.u8(Qevm.FOOTER).u32(STATE_SECTION);
        String json = "{\"page_size\": " + pageSize + ", \"devices\": [{\"name\": \"" + STATE_NAME
                + "\", \"instance_id\": 0, \"version\": " + STATE_VERSION + ", \"size\": "
                + (COUNTS + Integer.BYTES + state.length) + "}]}";
        byte[] description = json.getBytes(StandardCharsets.US_ASCII);
        out.u8(Qevm.EOF).u8(Qevm.VMDESCRIPTION).u32(description.length).bytes(description);
    }

    /** What {@link #write} writes. */
    public static byte[] bytes(Ending ending, int pageSize) {
        return Output.toBytes(out -> write(out, ending, pageSize));
    }

    /** What {@link #write} said; null for another program's tail. */
    public static Ending ending(byte[] tail) throws WireException {
        byte[] name = STATE_NAME.getBytes(StandardCharsets.US_ASCII);
        int nameEnd = STATE_HEADER + name.length;
        if (tail.length < nameEnd || tail[0] != Qevm.SECTION_FULL || tail[STATE_HEADER - 1] != name.length
                || !Arrays.equals(tail, STATE_HEADER, nameEnd, name, 0, name.length)) {
            return null;
        }
        int start = nameEnd + 2 * Integer.BYTES + COUNTS + Integer.BYTES;
        int most = tail.length - start - FOOTER_BYTES;
        if (most < 0) {
            throw new WireException("device state: received " + tail.length + " bytes, expected at least "
                    + (start + FOOTER_BYTES));
        }
        ByteBuffer in = ByteBuffer.wrap(tail).position(nameEnd);
        int instance = in.getInt();
        int version = in.getInt();
        if (instance != 0 || version != STATE_VERSION) {
            throw new WireException("device state: received \"" + STATE_NAME + "\" instance "
                    + Integer.toUnsignedString(instance) + " version " + Integer.toUnsignedString(version)
                    + ", expected instance 0 version " + STATE_VERSION);
        }
        long normalPages = in.getLong();
        long zeroPages = in.getLong();
        int length = in.getInt();
        if (Integer.compareUnsigned(length, most) > 0 || in.get(start + length) != Qevm.FOOTER) {
            throw new WireException("device state: received length " + Integer.toUnsignedString(length)
                    + ", expected a footer after at most " + most + " bytes");
        }
        return new Ending(normalPages, zeroPages, Arrays.copyOfRange(tail, start, start + length));
    }
}
