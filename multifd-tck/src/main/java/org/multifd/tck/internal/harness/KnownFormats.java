package org.multifd.tck.internal.harness;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.multifd.tck.Oracle;

/** Oracles for those of QEMU's formats that the JDK can read and write (wire-format 4). */
final class KnownFormats {

    private static final Oracle NO_ORACLE = new Oracle() { };

    private KnownFormats() {
    }

    static Oracle of(String name) {
        return switch (name) {
            case "none" -> new None();
            case "zlib" -> new Zlib();
            default -> NO_ORACLE;
        };
    }

    /** The pages, one after the other. */
    private static final class None implements Oracle {
        @Override
        public Codec decoder() {
            return (payload, pageSize, pages) -> payload;
        }

        @Override
        public Codec encoder() {
            return (content, pageSize, pages) -> content;
        }
    }

    /** One zlib stream for the channel's life, a sync flush at the end of each packet. */
    private static final class Zlib implements Oracle {
        @Override
        public Codec decoder() {
            return new Inflating();
        }

        @Override
        public Codec encoder() {
            return new Deflating();
        }
    }

    private static final class Inflating implements Oracle.Codec {
        private final Inflater inflater = new Inflater();

        @Override
        public byte[] apply(byte[] payload, int pageSize, int pages) throws DataFormatException {
            byte[] content = new byte[pageSize * pages + 1];
            inflater.setInput(payload);
            int size = 0;
            for (int more = 1; more > 0 && size < content.length;) {
                more = inflater.inflate(content, size, content.length - size);
                size += more;
            }
            if (size != pageSize * pages || inflater.getRemaining() > 0 || inflater.finished()) {
                throw new DataFormatException("a stream of " + size
                        + (size == content.length ? " bytes or more" : " bytes") + " with "
                        + inflater.getRemaining() + " bytes left over"
                        + (inflater.finished() ? ", finished" : ""));
            }
            return java.util.Arrays.copyOf(content, size);
        }

        @Override
        public void close() {
            inflater.end();
        }
    }

    private static final class Deflating implements Oracle.Codec {
        private final Deflater deflater = new Deflater(1);

        @Override
        public byte[] apply(byte[] content, int pageSize, int pages) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            deflater.setInput(content);
            for (int size = part.length; size == part.length;) {
                size = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
                payload.write(part, 0, size);
            }
            return payload.toByteArray();
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}
