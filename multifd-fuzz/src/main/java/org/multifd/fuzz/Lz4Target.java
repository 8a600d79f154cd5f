package org.multifd.fuzz;

/** What the method lz4 makes of a channel's payloads. */
public final class Lz4Target {

    private static final Receiving RECEIVING = new Receiving("lz4");

    private Lz4Target() {
    }

    /** Packets, as {@link Receiving} has them. */
    public static void fuzzerTestOneInput(byte[] data) {
        check(data);
    }

    static boolean check(byte[] data) {
        return RECEIVING.check(data);
    }
}
