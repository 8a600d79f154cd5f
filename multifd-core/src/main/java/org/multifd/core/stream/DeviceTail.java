package org.multifd.core.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.core.wire.WireException;

/**
 * What follows RAM: the devices' sections, which have no length, end of file, and the description of the VM. Kept as the
 * bytes it is; it ends where the description, a JSON object, is complete.
 */
public final class DeviceTail {

    private static final String STATE_NAME = "multifd/state";
    private static final int STATE_SECTION = 3;
    private static final int COUNTS = 2 * Long.BYTES;
    private static final int DESCRIPTION_HEADER = 6;
    private static final int DESCRIPTION_LIMIT = 16 * 1024 * 1024;

    private byte[] bytes = new byte[64 * 1024];
    private int size;
    private int scanned;
    private int[] candidates = new int[8];
    private int candidateCount;

    DeviceTail() {
    }

    static byte[] read(Input in, int limit) throws IOException {
        DeviceTail tail = new DeviceTail();
        while (true) {
            byte[] more = in.some();
            if (more == null) {
                throw new WireException("device state: received end of stream after " + tail.size
                        + " bytes, expected a VM description (JSON) at its end");
            }
            int end = tail.append(more);
            if (end >= 0) {
                return Arrays.copyOf(tail.bytes, end);
            }
            if (tail.size > limit) {
                throw new WireException("device state: received " + tail.size + " bytes without an end, expected at most " + limit);
            }
        }
    }

    /** Adds bytes; the tail's length once it is complete, otherwise -1. */
    int append(byte[] more) {
        if (bytes.length - size < more.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more.length));
        }
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        collectCandidates();
        for (int i = 0; i < candidateCount; i++) {
            int start = candidates[i];
            int length = int32(start + 2);
            if (length <= size - start - DESCRIPTION_HEADER) {
                if (isJsonObject(bytes, start + DESCRIPTION_HEADER, length)) {
                    return start + DESCRIPTION_HEADER + length;
                }
                candidates[i--] = candidates[--candidateCount];
            }
        }
        return -1;
    }

    /** Every place that reads as end of file and a description's header. */
    private void collectCandidates() {
        for (; scanned + DESCRIPTION_HEADER < size; scanned++) {
            if (bytes[scanned] != Qevm.EOF || bytes[scanned + 1] != Qevm.VMDESCRIPTION
                    || bytes[scanned + DESCRIPTION_HEADER] != '{') {
                continue;
            }
            int length = int32(scanned + 2);
            if (length >= 2 && length <= DESCRIPTION_LIMIT) {
                if (candidateCount == candidates.length) {
                    candidates = Arrays.copyOf(candidates, candidates.length * 2);
                }
                candidates[candidateCount++] = scanned;
            }
        }
    }

    private int int32(int index) {
        return ByteBuffer.wrap(bytes).getInt(index);
    }

    /** Whether exactly these bytes are one balanced JSON object. */
    static boolean isJsonObject(byte[] json, int start, int length) {
        int depth = 0;
        boolean inString = false;
        for (int i = start; i < start + length; i++) {
            byte c = json[i];
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0) {
                    return i == start + length - 1;
                }
            }
        }
        return false;
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
        out.u8(Qevm.SECTION_FULL).u32(STATE_SECTION).counted(STATE_NAME).u32(0).u32(1);
        out.u64(ending.normalPages()).u64(ending.zeroPages()).u32(state.length).bytes(state);
        out.u8(Qevm.FOOTER).u32(STATE_SECTION);
        String json = "{\"page_size\": " + pageSize + ", \"devices\": [{\"name\": \"" + STATE_NAME
                + "\", \"instance_id\": 0, \"version\": 1, \"size\": " + (COUNTS + Integer.BYTES + state.length) + "}]}";
        byte[] description = json.getBytes(StandardCharsets.US_ASCII);
        out.u8(Qevm.EOF).u8(Qevm.VMDESCRIPTION).u32(description.length).bytes(description);
    }

    /** What {@link #write} said; null for another program's tail. */
    public static Ending ending(byte[] tail) throws WireException {
        byte[] name = STATE_NAME.getBytes(StandardCharsets.US_ASCII);
        int counts = 1 + 4 + 1 + name.length + 4 + 4;
        int start = counts + COUNTS + Integer.BYTES;
        ByteBuffer in = ByteBuffer.wrap(tail);
        if (tail.length < start || in.get(0) != Qevm.SECTION_FULL || (in.get(5) & 0xFF) != name.length
                || !Arrays.equals(tail, 6, 6 + name.length, name, 0, name.length)) {
            return null;
        }
        int length = in.getInt(counts + COUNTS);
        if (length < 0 || length > tail.length - start - 5 || in.get(start + length) != Qevm.FOOTER) {
            throw new WireException("device state: received length " + Integer.toUnsignedString(length)
                    + ", expected a footer after at most " + (tail.length - start) + " bytes");
        }
        return new Ending(in.getLong(counts), in.getLong(counts + Long.BYTES), Arrays.copyOfRange(tail, start, start + length));
    }
}
