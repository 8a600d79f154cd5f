package org.multifd.fuzz;

/** What the method zstd makes of a channel's payloads. */
public final class ZstdTarget {

    private static final Receiving RECEIVING = new Receiving("zstd");

    private ZstdTarget() {
    }

    /** Packets, as {@link Receiving} has them. */
    public static void fuzzerTestOneInput(byte[] data) {
        check(data);
    }

    static boolean check(byte[] data) {
        return RECEIVING.check(data);
    }
}
