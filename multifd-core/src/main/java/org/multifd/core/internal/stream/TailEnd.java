package org.multifd.core.internal.stream;

import java.nio.ByteBuffer;
import java.util.List;
import org.multifd.core.internal.stream.JsonScanner.JsonException;
import org.multifd.core.internal.wire.WireException;

/**
 * Finds where the device state behind RAM ends: where a description leads from the first byte, section by section, to
 * the footer before it. Receive, send, inspect and relay all use it. How the bytes are cut makes no difference.
 *
 * <p>The time is linear whatever the bytes are. A description has no control characters and the header in front of one
 * does, so that two places that look like one can overlap in a few bytes only, and hardly any byte is read twice.
 */
final class TailEnd {

    /**
     * Before the description's brace: end of file, a type and a length, behind a section's footer unless there is none.
     */
    static final int DESCRIPTION_HEADER = 6;

    private static final int FOOTER_AND_HEADER = 11;
    private static final int DESCRIPTION_LIMIT = 16 * 1024 * 1024;
    private static final int SPACE = ' ';
    private static final int NONE = -1;

    /** Where descriptions may begin that are not over yet. */
    private final int[] starts = new int[DESCRIPTION_HEADER];
    private final List<DeviceSection> early;
    private int open;
    private int scanned;
    private int description = NONE;
    private int claim = NONE;
    private int claimEnd = NONE;

    /** @param early the devices whose state came before RAM */
    TailEnd(List<DeviceSection> early) {
        this.early = early;
    }

    /** Goes on up to {@code size} bytes of the tail; the tail's length once its end is known, otherwise -1. */
    int find(byte[] tail, int size) {
        while (scanned < size) {
            byte next = tail[scanned];
            if (next >= 0 && next < SPACE && next != '\n' && next != '\r' && next != '\t') {
                open = 0;
            } else if (next == '{' && open < starts.length && followsAHeader(tail, scanned)) {
                starts[open++] = scanned;
            }
            scanned++;
            if (next == '}' && open > 0 && ends(tail)) {
                return scanned;
            }
        }
        return NONE;
    }

    private static boolean followsAHeader(byte[] tail, int at) {
        if (at < DESCRIPTION_HEADER || tail[at - DESCRIPTION_HEADER] != Qevm.EOF
                || tail[at - DESCRIPTION_HEADER + 1] != Qevm.VMDESCRIPTION) {
            return false;
        }
        int length = length(tail, at);
        return (at == DESCRIPTION_HEADER || at >= FOOTER_AND_HEADER && tail[at - FOOTER_AND_HEADER] == Qevm.FOOTER)
                && length >= 2 && length <= DESCRIPTION_LIMIT;
    }

    private static int length(byte[] tail, int start) {
        return ByteBuffer.wrap(tail).getInt(start - Integer.BYTES);
    }

    /** Whether the tail ends here. */
    private boolean ends(byte[] tail) {
        for (int i = 0; i < open; i++) {
            if (starts[i] + length(tail, starts[i]) == scanned) {
                claim = starts[i];
                claimEnd = scanned;
                if (leadsThere(tail)) {
                    description = claim;
                    return true;
                }
            }
        }
        return false;
    }

    private boolean leadsThere(byte[] tail) {
        try {
            follow(tail, 0);
            return true;
        } catch (WireException e) {
            return false;
        }
    }

    private void follow(byte[] tail, long tailStart) throws WireException {
        DeviceSections.of(tail, claim, claimEnd, tailStart, early);
    }

    /**
     * Nothing more comes: takes a description that is the last thing, although a device has another size than it says.
     * False if there is none.
     */
    boolean takeLast(byte[] tail) {
        if (claimEnd != scanned || !isObject(tail)) {
            return false;
        }
        description = claim;
        return true;
    }

    private boolean isObject(byte[] tail) {
        JsonScanner json = new JsonScanner(tail, claim, claimEnd);
        try {
            json.skip();
            json.end();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    /**
     * Nothing more comes, and {@link #takeLast} took nothing: throws if there is something that only looks like a
     * description.
     */
    void explain(byte[] tail, long tailStart) throws WireException {
        if (claimEnd == scanned) {
            follow(tail, tailStart);
        }
    }

    /** Where the VM's description begins in a whole tail. */
    static int description(byte[] tail, List<DeviceSection> early) {
        TailEnd end = new TailEnd(early);
        if (end.find(tail, tail.length) != tail.length && !end.takeLast(tail)) {
            throw new IllegalArgumentException("device state: received " + tail.length
                    + " bytes without a VM description at their end");
        }
        return end.description;
    }
}
