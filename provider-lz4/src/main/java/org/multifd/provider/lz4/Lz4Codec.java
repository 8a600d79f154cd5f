package org.multifd.provider.lz4;

import java.lang.module.ModuleDescriptor;
import java.util.function.Supplier;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.multifd.api.Availability;

/**
 * lz4-java's native code, or its Java code where that cannot be loaded: the same format, at half the speed to compress
 * and a seventh to decompress, which is better than no migration. Making a factory is a probe already
 * (provider-contract 1.4): it compresses a few bytes and back.
 *
 * <p>The decompressor is lz4-java's "safe" one, which is told how long its input is; the "fast" one is not, and is
 * slower.
 */
final class Lz4Codec {

    private final LZ4Factory factory;
    private final Availability availability;

    private Lz4Codec(LZ4Factory factory, Availability availability) {
        this.factory = factory;
        this.availability = availability;
    }

    static Lz4Codec load() {
        return load(LZ4Factory::nativeInstance);
    }

    static Lz4Codec load(Supplier<LZ4Factory> nativeCode) {
        try {
            return new Lz4Codec(nativeCode.get(), Availability.usable("lz4-java" + version() + ", native"));
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return new Lz4Codec(LZ4Factory.safeInstance(), Availability.usable(
                    "lz4-java" + version() + ", in Java and slower: its native library did not load (" + cause(e) + ")",
                    e));
        }
    }

    /** The last cause is the one that says why: the others say that a class could not be initialised. */
    private static String cause(Throwable failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last.toString().replaceAll("\\s+", " ");
    }

    /** Known on the module path, by the jar's name; its manifest does not tell. */
    private static String version() {
        ModuleDescriptor module = LZ4Factory.class.getModule().getDescriptor();
        return module == null ? "" : module.rawVersion().map(version -> " " + version).orElse("");
    }

    Availability availability() {
        return availability;
    }

    LZ4Compressor compressor(int level) {
        return level == 1 ? factory.fastCompressor() : factory.highCompressor(level);
    }

    LZ4SafeDecompressor decompressor() {
        return factory.safeDecompressor();
    }
}
