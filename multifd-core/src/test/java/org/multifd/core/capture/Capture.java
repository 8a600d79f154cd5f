package org.multifd.core.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A recorded migration of a stock QEMU. Some are test resources; the others are read from the directory that the system
 * property {@code multifd.captures} or the environment's {@code MULTIFD_CAPTURES} names, where there is one.
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
            new Capture("qemu-10.2", "running-zstd", "zstd", 2, true),
            new Capture("qemu-10.2", "stopped-machine-8.1-zstd", "zstd", 2, true),
            new Capture("qemu-10.2", "stopped-none", "none", 2, true),
            new Capture("qemu-10.2", "stopped-zlib", "zlib", 2, true),
            new Capture("qemu-10.2", "stopped-zstd", "zstd", 2, true));

    /** A migration without multifd: all pages are on main. */
    public static final Capture MAIN_ONLY = new Capture("qemu-7.2", "stopped-no-multifd", "none", 0, false);

    private static final String RESOURCES = "/captures/";
    private static final Path FURTHER = further();

    private static Path further() {
        String given = System.getProperty("multifd.captures", System.getenv("MULTIFD_CAPTURES"));
        // Tests run in the module's directory: this is beside the project's root.
        return given != null ? Path.of(given) : Path.of("..", "..", "shared", "captures");
    }

    /** One of {@link #MULTIFD}. */
    public static Capture of(String directory, String set) {
        return MULTIFD.stream().filter(c -> c.directory.equals(directory) && c.set.equals(set)).findFirst().orElseThrow();
    }

    public boolean running() {
        return set.startsWith("running");
    }

    public boolean present() {
        return Capture.class.getResource(RESOURCES + file("conn0.bin.gz")) != null
                || Files.isReadable(FURTHER.resolve(file("conn0.bin.gz")));
    }

    /** Why it cannot be read. */
    public String absence() {
        return this + " is not among the test resources, and MULTIFD_CAPTURES does not name a directory that has it";
    }

    /** What crossed a connection: 0 is main, from 1 on the multifd channels in the order in which they arrived. */
    public byte[] connection(int index) {
        return read("conn" + index + ".bin.gz");
    }

    /** The image of pc.ram when the source had stopped, or null if it is not here. */
    public byte[] truth() {
        return read("truth.pc.ram.gz");
    }

    /** The image's MD5, which is always known. */
    public String md5() {
        String sums = new String(open(RESOURCES + "pc.ram.md5"), StandardCharsets.US_ASCII);
        return sums.lines().filter(line -> line.endsWith("  " + this)).findFirst().orElseThrow().substring(0, 32);
    }

    private String file(String kind) {
        return directory + "/" + set + "." + kind;
    }

    private byte[] read(String kind) {
        byte[] bytes = open(RESOURCES + file(kind));
        try {
            if (bytes == null && Files.isReadable(FURTHER.resolve(file(kind)))) {
                bytes = Files.readAllBytes(FURTHER.resolve(file(kind)));
            }
            if (bytes == null) {
                return null;
            }
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes), 1 << 16)) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] open(String resource) {
        try (InputStream in = Capture.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return directory + "/" + set;
    }
}
