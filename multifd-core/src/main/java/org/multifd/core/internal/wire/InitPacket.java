package org.multifd.core.internal.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/**
 * The first packet on each multifd channel (wire-format 2).
 *
 * @param uuid the VM's, all zero if it has none
 * @param channel the channel's number, 0..255
 * @param method the method's name, which only our senders fill in; null from QEMU
 */
public record InitPacket(UUID uuid, int channel, String method) {

    public static final int SIZE = 64;
    public static final int MAGIC = 0x11223344;
    public static final int VERSION = 1;
    public static final UUID NO_UUID = new UUID(0, 0);

    private static final int RESERVED = 7;
    private static final int METHOD_OFFSET = 32;
    private static final int METHOD_SIZE = 32;
    private static final String GRAMMAR = "1..31 characters of a-z, 0-9 and -, a letter first";

    public InitPacket {
        Objects.requireNonNull(uuid, "uuid");
        if (channel < 0 || channel > Limits.CHANNELS) {
            throw new IllegalArgumentException("channel id: received " + channel + ", expected 0.." + Limits.CHANNELS);
        }
        if (method != null && !MethodName.isValid(method)) {
            throw new IllegalArgumentException("method name: received " + Text.quote(method) + ", expected " + GRAMMAR);
        }
    }

    /** Puts the 64 bytes at the buffer's position. */
    public void encode(ByteBuffer out) {
        out.putInt(MAGIC).putInt(VERSION);
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        out.put((byte) channel).put(new byte[RESERVED]);
        byte[] name = new byte[METHOD_SIZE];
        if (method != null) {
            byte[] ascii = method.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(ascii, 0, name, 0, ascii.length);
        }
        out.put(name);
    }

    /** Takes the 64 bytes at the buffer's position. */
    public static InitPacket decode(ByteBuffer in) throws WireException {
        int start = in.position();
        int magic = in.getInt(start);
        if (magic != MAGIC) {
            throw new WireException(String.format("init packet: received magic 0x%08x, expected 0x%08x", magic, MAGIC));
        }
        int version = in.getInt(start + 4);
        if (version != VERSION) {
            throw new WireException("init packet: received version " + Integer.toUnsignedString(version)
                    + ", expected " + VERSION);
        }
        UUID uuid = new UUID(in.getLong(start + 8), in.getLong(start + 16));
        int channel = in.get(start + 24) & 0xFF;
        byte[] name = Text.field(in, start + METHOD_OFFSET, METHOD_SIZE);
        String method = name.length == 0 ? null : new String(name, StandardCharsets.US_ASCII);
        if (method != null && !MethodName.isValid(method)) {
            throw new WireException("init packet of channel " + channel + ": received method name " + Text.quote(name)
                    + ", expected " + GRAMMAR);
        }
        in.position(start + SIZE);
        return new InitPacket(uuid, channel, method);
    }
}
