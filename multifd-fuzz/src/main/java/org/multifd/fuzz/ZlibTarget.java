package org.multifd.fuzz;

/** What the method zlib makes of a channel's payloads. */
public final class ZlibTarget {

    private static final Receiving RECEIVING = new Receiving("zlib");

    private ZlibTarget() {
    }

    /** Packets, as {@link Receiving} has them. */
    public static void fuzzerTestOneInput(byte[] data) {
        check(data);
    }

    static boolean check(byte[] data) {
        return RECEIVING.check(data);
    }
}
