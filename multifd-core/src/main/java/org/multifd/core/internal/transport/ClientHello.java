package org.multifd.core.internal.transport;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** A TLS client's first message (RFC 8446 4.1.2), as far as it tells what the client cannot do. */
final class ClientHello {

    /** Record type, version, length. */
    static final int RECORD_HEADER = 5;

    /** An extension that TLS 1.3 needs. */
    static final int SUPPORTED_VERSIONS = 43;

    /**
     * Signatures in certificates, if they are not those in handshakes (RFC 8446 4.2.3). GnuTLS does not know it, and
     * compares certificates with the others.
     */
    static final int SIGNATURE_ALGORITHMS_CERT = 50;

    /** The type of a record of a handshake. */
    static final int HANDSHAKE = 0x16;

    private static final int CLIENT_HELLO = 1;
    private static final int VERSION_AND_RANDOM = 2 + 32;

    private ClientHello() {
    }

    /** How many bytes the first record has, its header included; no more than there are if it is none. */
    static int recordBytes(ByteBuffer bytes) {
        int at = bytes.position();
        return bytes.remaining() >= RECORD_HEADER && bytes.get(at) == HANDSHAKE
                ? RECORD_HEADER + Short.toUnsignedInt(bytes.getShort(at + 3))
                : Math.min(bytes.remaining(), RECORD_HEADER);
    }

    /**
     * Whether the client sent an extension of that type; true if this is no such message: TLS says what is wrong with
     * it.
     */
    static boolean has(int extension, ByteBuffer bytes) {
        ByteBuffer hello = bytes.duplicate();
        try {
            if (hello.get() != HANDSHAKE) {
                return true;
            }
            skip(hello, RECORD_HEADER - 1);
            if (hello.get() != CLIENT_HELLO) {
                return true;
            }
            skip(hello, 3 + VERSION_AND_RANDOM);
            skip(hello, Byte.toUnsignedInt(hello.get())); // session id
            skip(hello, Short.toUnsignedInt(hello.getShort())); // cipher suites
            skip(hello, Byte.toUnsignedInt(hello.get())); // compression
            int left = Short.toUnsignedInt(hello.getShort());
            while (left > 0) {
                int type = Short.toUnsignedInt(hello.getShort());
                int length = Short.toUnsignedInt(hello.getShort());
                if (type == extension) {
                    return true;
                }
                skip(hello, length);
                left -= 4 + length;
            }
            return false;
        } catch (BufferUnderflowException e) {
            return true;
        }
    }

    private static void skip(ByteBuffer bytes, int count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + count);
    }
}
