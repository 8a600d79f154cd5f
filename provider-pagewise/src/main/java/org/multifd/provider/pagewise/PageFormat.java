package org.multifd.provider.pagewise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.multifd.api.Availability;

/** The form of a page's stream, the only difference between the two methods. */
enum PageFormat {

    /** Raw deflate: no header and no checksum. */
    QPL("qpl", true),

    /** A zlib stream: two bytes of header, and the page's Adler-32 behind it. */
    UADK("uadk", false);

    private final String method;
    private final boolean raw;

    PageFormat(String method, boolean raw) {
        this.method = method;
        this.raw = raw;
    }

    String method() {
        return method;
    }

    Deflater deflater(int level) {
        return new Deflater(level, raw);
    }

    Inflater inflater() {
        return new Inflater(raw);
    }

    /** Compresses a few bytes and back (provider-contract 1.4): the JDK's zlib is a native library too. */
    Availability probe() {
        try {
            return roundTrip()
                    ? Availability.usable("java.util.zip of Java " + Runtime.version() + ", no accelerator")
                    : Availability.unusable("java.util.zip does not decode what it encoded", null);
        } catch (DataFormatException | RuntimeException | LinkageError e) {
            return Availability.unusable("java.util.zip does not work: " + e.getMessage(), e);
        }
    }

    private boolean roundTrip() throws DataFormatException {
        byte[] page = "a page, a page, a page".getBytes(StandardCharsets.US_ASCII);
        byte[] payload = new byte[100];
        byte[] decoded = new byte[page.length];
        Deflater deflater = deflater(1);
        Inflater inflater = inflater();
        try {
            deflater.setInput(page);
            deflater.finish();
            inflater.setInput(payload, 0, deflater.deflate(payload));
            return inflater.inflate(decoded) == page.length && Arrays.equals(page, decoded);
        } finally {
            deflater.end();
            inflater.end();
        }
    }
}
