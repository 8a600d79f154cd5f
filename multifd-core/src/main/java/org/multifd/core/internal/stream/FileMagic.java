package org.multifd.core.internal.stream;

import org.multifd.core.internal.wire.WireException;

/** What a file is that was to be a snapshot, by its first four bytes. */
enum FileMagic {

    ZEROS(0, -1, "there are only zeros; the snapshot was not written to its end, or its beginning is lost"),
    GZIP(0x1f8b0000, 0xffff0000, "the file is compressed; decompress it with gunzip first"),
    ZSTD(0x28b52ffd, -1, "the file is compressed; decompress it with zstd -d first"),
    XZ(0xfd377a58, -1, "the file is compressed; decompress it with xz -d first"),
    BZIP2(0x425a6800, 0xffffff00, "the file is compressed; decompress it with bzip2 -d first"),
    LZ4(0x04224d18, -1, "the file is compressed; decompress it with lz4 -d first"),
    LIBVIRT(0x4c696276, -1, "the file is a save image of libvirt; the snapshot begins behind its header, give "
            + ",offset="),
    QCOW2(0x514649fb, -1, "the file is a disk image (qcow2)"),
    ELF(0x7f454c46, -1, "the file is a dump of memory or a program (ELF)");

    private final int magic;
    private final int mask;
    private final String text;

    FileMagic(int magic, int mask, String text) {
        this.magic = magic;
        this.mask = mask;
        this.text = text;
    }

    /** What is said of a file that does not begin as a stream does. */
    static WireException refuse(String file, int received) {
        String what = "is it a mapped-ram snapshot?";
        for (FileMagic each : values()) {
            what = (received & each.mask) == each.magic ? each.text : what;
        }
        return new WireException(file + String.format(": received magic 0x%08x, expected 0x%08x; %s", received,
                Qevm.MAGIC, what));
    }
}
