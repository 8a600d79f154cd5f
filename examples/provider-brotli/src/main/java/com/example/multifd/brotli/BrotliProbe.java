package com.example.multifd.brotli;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.decoder.Decoder;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.api.Availability;

/** Loads the native library and compresses a few bytes and back (rule 1.4). */
final class BrotliProbe {

    private BrotliProbe() {
    }

    static Availability run() {
        if (!Brotli4jLoader.isAvailable()) {
            Throwable cause = Brotli4jLoader.getUnavailabilityCause();
            return Availability.unusable("brotli4j's native library does not load: "
                    + cause.toString().replaceAll("\\s+", " "), cause);
        }
        byte[] page = "a page, a page, a page".getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] decoded = Decoder.decompress(Encoder.compress(page)).getDecompressedData();
            return Arrays.equals(page, decoded)
                    ? Availability.usable("brotli4j" + version() + ", native")
                    : Availability.unusable("brotli4j" + version() + " does not decode what it encoded", null);
        } catch (IOException e) {
            return Availability.unusable("brotli4j" + version() + " does not work: " + e.getMessage(), e);
        }
    }

    /** Known on the module path. */
    private static String version() {
        ModuleDescriptor module = Encoder.class.getModule().getDescriptor();
        return module == null ? "" : module.rawVersion().map(version -> " " + version).orElse("");
    }
}
