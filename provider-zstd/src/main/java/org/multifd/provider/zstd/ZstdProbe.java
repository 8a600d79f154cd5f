package org.multifd.provider.zstd;

import com.github.luben.zstd.Zstd;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.api.Availability;

/** Loads the native library and compresses a few bytes and back (provider-contract 1.4). */
final class ZstdProbe {

    private ZstdProbe() {
    }

    static Availability run() {
        byte[] page = "a page, a page, a page".getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = new byte[page.length];
        long length = Zstd.decompress(decoded, Zstd.compress(page));
        return length == page.length && Arrays.equals(page, decoded)
                ? Availability.usable("zstd-jni" + version() + ", native")
                : Availability.unusable("zstd-jni" + version() + " does not decode what it encoded", null);
    }

    /** The version found, which zstd-jni's own constant is not: javac copied that one into this class. */
    private static String version() {
        ModuleDescriptor module = Zstd.class.getModule().getDescriptor();
        String version = module != null ? module.rawVersion().orElse(null)
                : Zstd.class.getPackage().getImplementationVersion();
        return version == null ? "" : " " + version;
    }
}
