package org.multifd.core.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A recorded migration: a stock QEMU's, which are test resources, or one made {@link #now}.
 *
 * @param directory the QEMU's version, as the recordings' directories are called
 * @param set the recording's name
 * @param method its multifd-compression
 * @param channels its multifd channels
 * @param flushRule whether MULTIFD_FLUSH marks its rounds; otherwise EOS does
 */
public record Capture(String directory, String set, String method, int channels, boolean flushRule) {

    /** Every recorded multifd migration. */
    public static final List<Capture> MULTIFD = List.of(
            new Capture("qemu-7.2", "running-none", "none", 2, false),
            new Capture("qemu-7.2", "running-zstd", "zstd", 2, false),
            new Capture("qemu-7.2", "running-zstd-4ch", "zstd", 4, false),
            new Capture("qemu-7.2", "stopped-none", "none", 2, false),
            new Capture("qemu-7.2", "stopped-zlib", "zlib", 2, false),
            new Capture("qemu-7.2", "stopped-zstd", "zstd", 2, false),
            new Capture("qemu-10.0", "running-zstd", "zstd", 2, true),
            new Capture("qemu-10.0", "stopped-machine-8.1-zstd", "zstd", 2, true),
            new Capture("qemu-10.0", "stopped-none", "none", 2, true),
            new Capture("qemu-10.0", "stopped-zlib", "zlib", 2, true),
            new Capture("qemu-10.0", "stopped-zstd", "zstd", 2, true));

    /** A migration without multifd: all pages are on main. */
    public static final Capture MAIN_ONLY = new Capture("qemu-7.2", "stopped-no-multifd", "none", 0, false);

    private static final String RESOURCES = "/captures/";
    private static final String NOW = "now";

    /** One of {@link #MULTIFD}. */
    public static Capture of(String directory, String set) {
        return MULTIFD.stream().filter(c -> c.directory.equals(directory) && c.set.equals(set)).findFirst()
                .orElseThrow();
    }

    public boolean running() {
        return set.startsWith("running");
    }

    /** One that a test has made. */
    static Capture now(String set, String method, int channels) {
        return new Capture(NOW, set, method, channels, true);
    }

    /** Whether it is one of ours and not a QEMU's. */
    public boolean ours() {
        return directory.equals(NOW);
    }

    /** What crossed a connection: 0 is main, from 1 on the multifd channels in the order in which they arrived. */
    public byte[] connection(int index) {
        byte[] packed = read(this + ".conn" + index + ".bin.gz");
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed), 1 << 16)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The MD5 of pc.ram's image when the source had stopped. */
    public String md5() {
        String sums = new String(read("pc.ram.md5"), StandardCharsets.US_ASCII);
        return sums.lines().filter(line -> line.endsWith("  " + this)).findFirst().orElseThrow().substring(0, 32);
    }

    private static byte[] read(String resource) {
        try (InputStream in = Capture.class.getResourceAsStream(RESOURCES + resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return directory + "/" + set;
    }
}
