package org.multifd.cli.install;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/** The symbolic links in a zip: java.util.zip does not tell them from files, and other programs make links of them. */
final class ZipLinks {

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int HEADER = 0x02014b50;
    private static final int HEADER_BYTES = 46;
    private static final int UNIX = 3;
    private static final int TYPE = 0170000;
    private static final int LINK = 0120000;
    private static final int MOST_BYTES = 1 << 24;

    private ZipLinks() {
    }

    static List<String> in(Path zip) throws IOException {
        try (FileChannel channel = FileChannel.open(zip)) {
            int tail = (int) Math.min(channel.size(), END_BYTES + LONGEST_COMMENT);
            ByteBuffer end = read(channel, channel.size() - tail, tail);
            for (int i = tail - END_BYTES; i >= 0; i--) {
                if (end.getInt(i) == END) {
                    long size = Integer.toUnsignedLong(end.getInt(i + 12));
                    long offset = channel.size() - tail + i - size;
                    if (size > MOST_BYTES || offset < 0) {
                        throw new ZipException("its directory is larger than a provider's");
                    }
                    return links(read(channel, offset, (int) size));
                }
            }
            throw new ZipException("it has no directory at its end");
        }
    }

    private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            continue;
        }
        return bytes.flip();
    }

    private static List<String> links(ByteBuffer directory) {
        List<String> links = new ArrayList<>();
        int at = 0;
        while (at + HEADER_BYTES <= directory.limit() && directory.getInt(at) == HEADER) {
            int name = Short.toUnsignedInt(directory.getShort(at + 28));
            int more = Short.toUnsignedInt(directory.getShort(at + 30)) + Short.toUnsignedInt(directory.getShort(at
                    + 32));
            if (directory.get(at + 5) == UNIX && (directory.getInt(at + 38) >>> 16 & TYPE) == LINK) {
                links.add(new String(directory.array(), at + HEADER_BYTES,
                        Math.min(name, directory.limit() - at - HEADER_BYTES), StandardCharsets.UTF_8));
            }
            at += HEADER_BYTES + name + more;
        }
        return links;
    }
}
