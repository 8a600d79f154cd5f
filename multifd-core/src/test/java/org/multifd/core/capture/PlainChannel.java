package org.multifd.core.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A whole multifd channel taken apart by the letter of wire-format 2 and 3 for 4 KiB pages, without any of core's code:
 * the independent reader's other half.
 */
public final class PlainChannel {

    public static final int INIT = 64;
    public static final int HEADER = 320 + 128 * 8;

    /** A packet. {@code round} counts the SYNCs before it; its payload lies behind its header. */
    public record Packet(int index, int position, int flags, int allocated, int normal, int zero, int payload,
            String block, long[] offsets, int round) {

        public int end() {
            return position + HEADER + payload;
        }

        public boolean sync() {
            return (flags & 1) != 0;
        }
    }

    public final byte[] bytes;
    public final int id;
    public final UUID uuid;
    /** The method's name in the init packet, "" from QEMU. */
    public final String method;
    public final List<Packet> packets = new ArrayList<>();
    public final int syncs;

    private PlainChannel(byte[] bytes) {
        this.bytes = bytes;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        magic(in, 0);
        uuid = new UUID(in.getLong(8), in.getLong(16));
        id = in.get(24) & 0xFF;
        method = text(32, 32);
        int round = 0;
        for (int at = firstPacket(in); at < bytes.length;) {
            magic(in, at);
            int normal = in.getInt(at + 16);
            int zero = in.getInt(at + 32);
            long[] offsets = new long[normal + zero];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = in.getLong(at + 320 + 8 * i);
            }
            Packet packet = new Packet(packets.size(), at, in.getInt(at + 8), in.getInt(at + 12), normal, zero,
                    normal == 0 ? 0 : in.getInt(at + 20), text(at + 64, 256), offsets, round);
            packets.add(packet);
            round += packet.flags() & 1;
            at = packet.end();
        }
        syncs = round;
    }

    public static PlainChannel parse(byte[] bytes) {
        return new PlainChannel(bytes);
    }

    private static void magic(ByteBuffer in, int at) {
        if (in.getInt(at) != 0x11223344 || in.getInt(at + 4) != 1) {
            throw new IllegalArgumentException("channel at " + at + ": expected magic 0x11223344 and version 1");
        }
    }

    private String text(int at, int size) {
        String field = new String(bytes, at, size, StandardCharsets.UTF_8);
        return field.substring(0, field.indexOf('\0'));
    }

    public int normalPages() {
        return packets.stream().mapToInt(Packet::normal).sum();
    }

    public int zeroPages() {
        return packets.stream().mapToInt(Packet::zero).sum();
    }

    public long payloadBytes() {
        return packets.stream().mapToLong(Packet::payload).sum();
    }

    /** Behind the init packet, and behind the set-up message if the format has a version. */
    private static int firstPacket(ByteBuffer in) {
        return in.limit() <= INIT || in.getShort(26) == 0 ? INIT : INIT + Integer.BYTES + in.getInt(INIT);
    }
}
