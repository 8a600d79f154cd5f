package org.multifd.fuzz;

/** What the method none makes of a channel's payloads. */
public final class NoneTarget {

    private static final Receiving RECEIVING = new Receiving("none");

    private NoneTarget() {
    }

    /** Packets, as {@link Receiving} has them. */
    public static void fuzzerTestOneInput(byte[] data) {
        check(data);
    }

    static boolean check(byte[] data) {
        return RECEIVING.check(data);
    }
}
