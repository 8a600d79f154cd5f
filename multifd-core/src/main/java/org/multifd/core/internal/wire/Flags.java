package org.multifd.core.internal.wire;

/** The flags of a packet (wire-format 3). */
public final class Flags {

    public static final int SYNC = 0x01;

    /** Where the method's bits lie; QEMU compares all of them with exactly its own method's. */
    public static final int METHOD_MASK = 0x3E;

    /** QEMU 10.0's device state, in another packet layout. */
    public static final int DEVICE_STATE = 0x40;

    /** Ours: the method is the one that the channel's init packet names. Never sent to a peer that is not ours. */
    public static final int EXTENSION = METHOD_MASK;

    private Flags() {
    }

    /** The bits of a method by its name: QEMU's six have their own, all others travel as {@link #EXTENSION}. */
    public static int ofMethod(String name) {
        return switch (name) {
            case "none" -> 0x00;
            case "zlib" -> 0x02;
            case "zstd" -> 0x04;
            case "qpl" -> 0x08;
            case "uadk" -> 0x10;
            case "qatzip" -> 0x20;
            default -> EXTENSION;
        };
    }

    /** The method of a page packet's flags, or null if the bits name none of QEMU's (they may be {@link #EXTENSION}). */
    public static String methodName(int flags) {
        return switch (flags & METHOD_MASK) {
            case 0x00 -> "none";
            case 0x02 -> "zlib";
            case 0x04 -> "zstd";
            case 0x08 -> "qpl";
            case 0x10 -> "uadk";
            case 0x20 -> "qatzip";
            default -> null;
        };
    }
}
