package org.multifd.core.internal.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.core.internal.wire.WireException;

/**
 * What follows RAM: the devices' sections, which have no length, end of file, and the description of the VM. Kept as the
 * bytes it is; it ends where the description, a JSON object, is complete.
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
    private static final int DESCRIPTION_HEADER = TailEnd.DESCRIPTION_HEADER;

    /** More than what we write around a state. */
    private static final int AROUND_STATE = 1024;

    private byte[] bytes = new byte[64 * 1024];
    private int size;
    private int scanned;
    private final TailEnd end = new TailEnd();

    DeviceTail() {
    }

    static byte[] read(Input in, int limit) throws IOException {
        DeviceTail tail = new DeviceTail();
        while (true) {
            byte[] more = in.some();
            if (more == null) {
                throw new EOFException(in.ended() + in.position() + ": received " + tail.size
                        + " bytes of device state, expected a VM description (JSON) at its end");
            }
            int end = tail.append(more);
            if (end > limit || end < 0 && tail.size > limit) {
                throw new WireException("device state: received more than " + limit
                        + " bytes up to the end of the VM description, expected at most that");
            }
            if (end >= 0) {
                return Arrays.copyOf(tail.bytes, end);
            }
        }
    }

    /** Adds bytes; the tail's length once it is complete, otherwise -1. How the bytes are cut makes no difference. */
    int append(byte[] more) throws WireException {
        if (bytes.length - size < more.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more.length));
        }
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        while (scanned < size) {
            if (end.add(bytes[scanned++])) {
                return scanned;
            }
        }
        return -1;
    }

    /** Where the VM's description, a JSON object, begins in a whole tail. */
    public static int description(byte[] tail) {
        ByteBuffer in = ByteBuffer.wrap(tail);
        for (int start = DESCRIPTION_HEADER; start < tail.length; start++) {
            if (tail[start] == '{' && tail[start - DESCRIPTION_HEADER] == Qevm.EOF
                    && tail[start - DESCRIPTION_HEADER + 1] == Qevm.VMDESCRIPTION
                    && in.getInt(start - Integer.BYTES) == tail.length - start && JsonObject.is(tail, start, tail.length - start)) {
                return start;
            }
        }
        throw new IllegalArgumentException("device state: received " + tail.length + " bytes without a VM description at their end");
    }

    /**
     * What two of ours say at the end.
     *
     * @param normalPages pages that were sent with a payload, over all channels and rounds
     * @param zeroPages pages that were sent as zero, main's included
     * @param state the embedding program's device state
     */
    public record Ending(long normalPages, long zeroPages, byte[] state) {
    }

    /** The tail between two of ours. */
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
        ByteBuffer all = ByteBuffer.allocate(AROUND_STATE + ending.state().length);
        try {
            Output out = new Output(all::put, AROUND_STATE);
            write(out, ending, pageSize);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has none
        }
        return Arrays.copyOf(all.array(), all.position());
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
            throw new WireException("device state: received " + tail.length + " bytes, expected at least " + (start + FOOTER_BYTES));
        }
        ByteBuffer in = ByteBuffer.wrap(tail).position(nameEnd);
        int instance = in.getInt();
        int version = in.getInt();
        if (instance != 0 || version != STATE_VERSION) {
            throw new WireException("device state: received \"" + STATE_NAME + "\" instance " + Integer.toUnsignedString(instance)
                    + " version " + Integer.toUnsignedString(version) + ", expected instance 0 version " + STATE_VERSION);
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
