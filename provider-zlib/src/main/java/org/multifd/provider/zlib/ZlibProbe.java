package org.multifd.provider.zlib;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.multifd.api.Availability;

/** Compresses a few bytes and back (provider-contract 1.4): the JDK's zlib is a native library too. */
final class ZlibProbe {

    private ZlibProbe() {
    }

    static Availability run() {
        try {
            return roundTrip()
                    ? Availability.usable("java.util.zip of Java " + Runtime.version())
                    : Availability.unusable("java.util.zip does not decode what it encoded", null);
        } catch (DataFormatException | RuntimeException | LinkageError e) {
            return Availability.unusable("java.util.zip does not work: " + e, e);
        }
    }

    private static boolean roundTrip() throws DataFormatException {
        byte[] page = "a page, a page, a page".getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[100];
        byte[] decoded = new byte[page.length];
        Deflater deflater = new Deflater();
        Inflater inflater = new Inflater();
        try {
            deflater.setInput(page);
            int length = deflater.deflate(payload, 0, payload.length, Deflater.SYNC_FLUSH);
            inflater.setInput(payload, 0, length);
            return inflater.inflate(decoded) == page.length && Arrays.equals(page, decoded);
        } finally {
            deflater.end();
            inflater.end();
        }
    }
}
