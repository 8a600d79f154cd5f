package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import org.multifd.core.internal.provider.MethodException.Kind;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.wire.Text;

/**
 * The 12 bytes that every negotiation message starts with (docs/reference/negotiation.md).
 *
 * @param type what follows
 * @param length the body's bytes, 0..{@value #MAX_BODY}
 */
public record NegotiationHeader(Type type, int length) {

    /** "MFDN": the first four bytes of a negotiation connection. */
    public static final int MAGIC = 0x4D46444E;
    public static final int BYTES = 12;
    static final int VERSION = 1;
    static final int MAX_BODY = 64 * 1024;

    /** The messages. */
    public enum Type {
        /** The sender's, first. */
        REQUEST(1),
        /** The receiver's, to a request that it understood. */
        ANSWER(2),
        /** The receiver's, to one that it did not understand. */
        REFUSAL(3);

        private final int code;

        Type(int code) {
            this.code = code;
        }
    }

    /** Reads the header; the buffer's position moves behind it. */
    public static NegotiationHeader decode(ByteBuffer bytes) throws MethodException {
        if (bytes.remaining() < BYTES) {
            throw NegotiationFields.invalid("header: received " + bytes.remaining() + " bytes, expected " + BYTES);
        }
        int magic = bytes.getInt();
        int version = Short.toUnsignedInt(bytes.getShort());
        int code = Short.toUnsignedInt(bytes.getShort());
        int length = bytes.getInt();
        if (magic != MAGIC) {
            throw NegotiationFields.invalid(String.format(
                    "received magic 0x%08x%s, expected 0x%08x; is it multifd that listens there?", magic,
                    Text.ifReadable(magic), MAGIC));
        }
        if (version != VERSION) {
            throw NegotiationFields.invalid("received version " + version + ", expected " + VERSION);
        }
        if (Integer.compareUnsigned(length, MAX_BODY) > 0) {
            throw NegotiationFields.invalid("received a length of " + Integer.toUnsignedString(length)
                    + ", expected at most " + MAX_BODY);
        }
        for (Type each : Type.values()) {
            if (each.code == code) {
                return new NegotiationHeader(each, length);
            }
        }
        throw NegotiationFields.invalid("received message type " + code + ", expected 1, 2 or 3");
    }

    /** The whole message, ready to be written. */
    static ByteBuffer message(Type type, ByteBuffer body) {
        return ByteBuffer.allocate(BYTES + body.remaining()).putInt(MAGIC).putShort((short) VERSION)
                .putShort((short) type.code).putInt(body.remaining()).put(body).flip();
    }

    /** What the receiver says to a request that it could not understand, before it closes the connection. */
    public static ByteBuffer refusal(String reason) {
        return message(Type.REFUSAL, new NegotiationFields.Writer().text("reason", reason).body());
    }

    /** Fails unless this message is of that type and the body is all of it; with the peer's words if it refused. */
    void expect(Type expected, ByteBuffer body) throws MethodException {
        if (body.remaining() != length) {
            throw NegotiationFields.invalid("body: received " + body.remaining() + " bytes, expected " + length);
        }
        if (type == expected) {
            return;
        }
        if (type == Type.REFUSAL && expected == Type.ANSWER) {
            NegotiationFields fields = NegotiationFields.read(body, "reason");
            throw new MethodException(Kind.PEER, "negotiation: the peer refused: " + fields.text("reason"));
        }
        throw NegotiationFields.invalid("received message type " + type.code + ", expected " + expected.code);
    }
}
