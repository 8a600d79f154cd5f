package org.multifd.core.internal.transport;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Wraps the older forms of a private key, which certtool and openssl still write, into the one that the JDK reads: a
 * version, the algorithm, the key as it is (RFC 5208).
 */
final class Pkcs8 {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    /** The curve in an EC key (RFC 5915). */
    private static final int PARAMETERS = 0xA0;

    private static final byte[] VERSION = {INTEGER, 1, 0};
    /** 1.2.840.113549.1.1.1, without parameters. */
    private static final byte[] RSA = {6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0};
    /** 1.2.840.10045.2.1; the curve follows. */
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    private Pkcs8() {
    }

    static byte[] ofRsa(byte[] key) {
        return wrap(RSA, key);
    }

    static byte[] ofEc(byte[] key) {
        byte[] curve = null;
        int[] sequence = element(key, 0, SEQUENCE);
        for (int at = sequence[0]; at < sequence[1];) {
            int[] field = element(key, at, key[at] & 0xFF);
            if ((key[at] & 0xFF) == PARAMETERS) {
                curve = Arrays.copyOfRange(key, field[0], field[1]);
            }
            at = field[1];
        }
        if (curve == null) {
            throw new IllegalArgumentException("it does not name its curve");
        }
        return wrap(join(EC, curve), key);
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, join(VERSION, join(tagged(SEQUENCE, algorithm), tagged(OCTET_STRING, key))));
    }

    /** Where the element's content begins and ends. */
    private static int[] element(byte[] der, int at, int tag) {
        if (at + 2 > der.length || (der[at] & 0xFF) != tag) {
            throw new IllegalArgumentException("its DER is damaged");
        }
        int length = der[at + 1] & 0xFF;
        int start = at + 2;
        if (length >= 0x80) {
            int bytes = length & 0x7F;
            if (bytes > 2 || start + bytes > der.length) {
                throw new IllegalArgumentException("its DER is damaged");
            }
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = length << 8 | der[start++] & 0xFF;
            }
        }
        if (length > der.length - start) {
            throw new IllegalArgumentException("its DER is damaged");
        }
        return new int[] {start, start + length};
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length >= 0x100) {
            out.write(0x82);
            out.write(content.length >> 8);
        } else if (content.length >= 0x80) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
