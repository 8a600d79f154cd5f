package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a jar may hold. Java keeps the list of all entries in memory, and reads manifest, services files and module-info
 * whole: a jar that is small, and large when it is unpacked, would otherwise end the program with all other providers.
 */
final class JarBounds {

    /** More than the largest library has. */
    private static final int MOST_ENTRIES = 65_534;

    /** Bytes of the list of entries: names of 190 bytes on average, for that many. */
    private static final long MOST_LIST_BYTES = 16L << 20;

    /** Bytes of one entry that is read whole. */
    private static final int MOST_BYTES = 1 << 20;

    private static final int END_BYTES = 22;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int MOST_COMMENT = 0xFFFF;

    private JarBounds() {
    }

    /** Refuses a jar that is too large in a way that its size does not show. */
    static void check(Path original, Path copy) throws IOException, LayerException {
        checkList(original, copy);
        try (ZipFile file = new ZipFile(copy.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                if (isReadWhole(entry.getName())) {
                    checkEntry(original, file, entry);
                }
            }
        }
    }

    private static boolean isReadWhole(String name) {
        return name.startsWith("META-INF/services/") || name.equals("META-INF/MANIFEST.MF")
                || name.endsWith("module-info.class");
    }

    /** What the entry says of its size need not be so. */
    private static void checkEntry(Path original, ZipFile file, ZipEntry entry) throws IOException, LayerException {
        try (InputStream in = file.getInputStream(entry)) {
            if (entry.getSize() > MOST_BYTES || in.skip(MOST_BYTES + 1L) > MOST_BYTES) {
                throw new LayerException(original + ": received " + entry.getName() + " of more than " + MOST_BYTES
                        + " bytes, expected a provider's jar: remove it");
            }
        }
    }

    /** Looks at the record at the end of the file; what it is without one, opening it says. */
    private static void checkList(Path original, Path copy) throws IOException, LayerException {
        try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "r")) {
            byte[] tail = new byte[(int) Math.min(file.length(), END_BYTES + MOST_COMMENT)];
            file.seek(file.length() - tail.length);
            file.readFully(tail);
            ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
            int at = tail.length - END_BYTES;
            while (at >= 0 && end.getInt(at) != END_SIGNATURE) {
                at--;
            }
            if (at >= 0 && ((end.getShort(at + 10) & 0xFFFF) > MOST_ENTRIES
                    || (end.getInt(at + 12) & 0xFFFFFFFFL) > MOST_LIST_BYTES)) {
                throw new LayerException(original + ": received more than " + MOST_ENTRIES
                        + " entries, expected a provider's jar: remove it");
            }
        }
    }
}
