package org.multifd.core.capture;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes the payloads of one channel in their order with decoders that are not the providers': the JDK's for zlib,
 * pure Java for zstd and lz4. A payload must yield exactly its pages, without a byte of the next one.
 */
interface PlainCodec {

    /** A block of zstd's that is empty and the last one of its frame. */
    byte[] LAST_BLOCK = {1, 0, 0};

    void decode(byte[] bytes, int start, int length, byte[] pages) throws IOException;

    static PlainCodec of(String method, PlainChannel channel) {
        return switch (method) {
            case "none" -> (bytes, start, length, pages) -> {
                require(length == pages.length, "none", length, pages);
                System.arraycopy(bytes, start, pages, 0, length);
            };
            case "zlib" -> new Zlib();
            case "zstd" -> inFrames(channel) ? new ZstdFrames() : new ZstdStream(channel);
            case "lz4" -> (bytes, start, length, pages) -> {
                int decoded = new Lz4Decompressor().decompress(bytes, start, length, pages, 0, pages.length);
                require(decoded == pages.length, "lz4", length, pages);
            };
            default -> throw new IllegalArgumentException("no independent decoder of " + method);
        };
    }

    private static void require(boolean whole, String method, int length, byte[] pages) throws IOException {
        if (!whole) {
            throw new IOException(method + ": " + length + " bytes of payload do not decode to exactly "
                    + pages.length);
        }
    }

    /** One stream for the channel's whole life. */
    final class Zlib implements PlainCodec {

        private final Inflater inflater = new Inflater();

        @Override
        public void decode(byte[] bytes, int start, int length, byte[] pages) throws IOException {
            inflater.setInput(bytes, start, length);
            try {
                int done = inflater.inflate(pages);
                int beyond = inflater.inflate(new byte[1]);
                boolean exact = done == pages.length && beyond == 0 && inflater.getRemaining() == 0;
                require(exact && !inflater.finished(), "zlib", length, pages);
            } catch (DataFormatException e) {
                throw new IOException("zlib: " + e.getMessage(), e);
            }
        }
    }

    /** A frame for each packet, or a frame of some small packets, which the last of them ends. */
    final class ZstdFrames implements PlainCodec {

        private final ZstdDecompressor decompressor = new ZstdDecompressor();
        private byte[] open = {};
        private int decoded;

        @Override
        public void decode(byte[] bytes, int start, int length, byte[] pages) throws IOException {
            byte[] frame = concat(open, Arrays.copyOfRange(bytes, start, start + length));
            byte[] all = new byte[decoded + pages.length];
            int size;
            try {
                size = decompressor.decompress(frame, 0, frame.length, all, 0, all.length);
                open = new byte[0];
                decoded = 0;
            } catch (MalformedInputException e) { // it has no end yet
                byte[] ended = concat(frame, LAST_BLOCK);
                size = decompressor.decompress(ended, 0, ended.length, all, 0, all.length);
                open = frame;
                decoded = all.length;
            }
            require(size == all.length, "zstd", length, pages);
            System.arraycopy(all, all.length - pages.length, pages, 0, pages.length);
        }

        private static byte[] concat(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    /**
     * One frame for the channel's whole life, which never ends: the decoder gives out the last pages only at a frame's
     * end, so that is put behind it (an empty block, the last one). For the same reason a packet is not decoded on its
     * own.
     */
    final class ZstdStream implements PlainCodec {

        private final InputStream frame;

        ZstdStream(PlainChannel channel) {
            List<InputStream> payloads = new ArrayList<>();
            channel.packets.forEach(packet -> payloads.add(
                    new ByteArrayInputStream(channel.bytes, packet.position() + PlainChannel.HEADER,
                    packet.payload())));
            payloads.add(new ByteArrayInputStream(LAST_BLOCK));
            frame = new ZstdInputStream(new SequenceInputStream(Collections.enumeration(payloads)));
        }

        @Override
        public void decode(byte[] bytes, int start, int length, byte[] pages) throws IOException {
            require(frame.readNBytes(pages, 0, pages.length) == pages.length, "zstd", length, pages);
        }
    }

    /** Whether more than the first payload begins as a frame does: a QEMU's frame goes on to the end. */
    private static boolean inFrames(PlainChannel channel) {
        return channel.packets.stream().filter(packet -> packet.normal() > 0).filter(packet ->
                ByteBuffer.wrap(channel.bytes).getInt(packet.position() + PlainChannel.HEADER) == 0x28B52FFD)
                .count() > 1;
    }
}
