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
 * @param formatVersion of the method's payloads; 0 without a method and with one of QEMU's
 */
public record InitPacket(UUID uuid, int channel, String method, int formatVersion) {

    public static final int SIZE = 64;
    public static final int MAGIC = 0x11223344;
    public static final int VERSION = 1;
    public static final UUID NO_UUID = new UUID(0, 0);

    /** The highest version of a method's format. */
    public static final int HIGHEST_FORMAT = 0xFFFF;

    private static final int FORMAT_OFFSET = 26;
    private static final int SPARE = 4;
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
        boolean told = hasFormat(method);
        if (formatVersion < (told ? 1 : 0) || formatVersion > (told ? HIGHEST_FORMAT : 0)) {
            throw new IllegalArgumentException("format version: received " + formatVersion + " for method " + method
                    + ", expected " + (told ? "1.." + HIGHEST_FORMAT : "0"));
        }
    }

    /** One of the first version of a format that has versions. */
    public InitPacket(UUID uuid, int channel, String method) {
        this(uuid, channel, method, hasFormat(method) ? 1 : 0);
    }

    /** Whether the method is told by its name alone: then its format has a version, and a set-up message follows. */
    public static boolean hasFormat(String method) {
        return method != null && Flags.ofMethod(method) == Flags.EXTENSION;
    }

    /** Puts the 64 bytes at the buffer's position. */
    public void encode(ByteBuffer out) {
        out.putInt(MAGIC).putInt(VERSION);
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        out.put((byte) channel).put((byte) 0).putShort((short) formatVersion)
                .put(new byte[SPARE]);
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
        if (!hasFormat(method)) {
            in.position(start + SIZE);
            return new InitPacket(uuid, channel, method);
        }
        int format = in.getShort(start + FORMAT_OFFSET) & 0xFFFF;
        if (format == 0) {
            throw new WireException("init packet of channel " + channel + ": received format version 0 of method "
                    + method + ", expected 1.." + HIGHEST_FORMAT);
        }
        in.position(start + SIZE);
        return new InitPacket(uuid, channel, method, format);
    }
}
