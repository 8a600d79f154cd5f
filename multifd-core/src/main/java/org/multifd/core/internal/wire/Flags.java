package org.multifd.core.internal.wire;

import java.util.List;

/** The flags of a packet (wire-format 3). */
public final class Flags {

    public static final int SYNC = 0x01;

    /** Where the method's bits lie; QEMU compares all of them with exactly its own method's. */
    public static final int METHOD_MASK = 0x3E;

    /** QEMU 10.0's device state, in another packet layout. */
    public static final int DEVICE_STATE = 0x40;

    /** Extension: the method is the one that the channel's init packet names. Sent to multifd peers alone. */
    public static final int EXTENSION = METHOD_MASK;

    /** QEMU's methods, each with the bit of its index; none has no bit. */
    private static final List<String> OF_QEMU = List.of("none", "zlib", "zstd", "qpl", "uadk", "qatzip");

    private Flags() {
    }

    /** The bits of a method by its name: QEMU's six have their own, all others travel as {@link #EXTENSION}. */
    public static int ofMethod(String name) {
        int index = OF_QEMU.indexOf(name);
        return index < 0 ? EXTENSION : 1 << index & METHOD_MASK;
    }

    /**
     * The method of a page packet's flags, or null if the bits name none of QEMU's (they may be {@link #EXTENSION}).
     */
    public static String methodName(int flags) {
        for (int i = 0; i < OF_QEMU.size(); i++) {
            if ((flags & METHOD_MASK) == (1 << i & METHOD_MASK)) {
                return OF_QEMU.get(i);
            }
        }
        return null;
    }
}
