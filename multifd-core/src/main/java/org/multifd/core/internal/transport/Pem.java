package org.multifd.core.internal.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.core.internal.wire.Text;

/** The files of a credential directory, as QEMU, certtool and openssl write them. Text around the blocks is ignored. */
final class Pem {

    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final byte[] VERSION = {2, 1, 0};

    private final Path file;
    private final List<String> types = new ArrayList<>();
    private final List<byte[]> blocks = new ArrayList<>();
    /** Whether there is a block that does not end. */
    private final boolean cut;

    private Pem(Path file, String text) throws TlsException {
        this.file = file;
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            types.add(matcher.group(1));
            try {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            } catch (IllegalArgumentException e) {
                throw new TlsException(file + ": received a damaged " + matcher.group(1) + ", expected base64", e);
            }
        }
        cut = text.split("-----BEGIN ", -1).length - 1 > types.size();
        // Headers within a block, and so no match, are how an encrypted key of the old form looks.
        if (text.contains("Proc-Type: 4,ENCRYPTED") || types.contains("ENCRYPTED PRIVATE KEY")) {
            throw new TlsException(file + ": received an encrypted key, expected one without a password; convert it"
                    + " with openssl pkcs8 -topk8 -nocrypt -in " + file.getFileName() + " -out NEW.pem");
        }
    }

    static Pem read(Path file) throws TlsException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(file + ": received " + Files.size(file) + " bytes, expected at most "
                        + MOST_BYTES);
            }
            return new Pem(file, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new TlsException(file + ": there is no such file, expected a credential directory with it, as of"
                    + " QEMU's tls-creds-x509", e);
        } catch (TlsException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsException(file + ": cannot be read: " + Text.reason(e) + "; check its permissions", e);
        }
    }

    List<X509Certificate> certificates() throws TlsException {
        return all("CERTIFICATE", (factory, block) -> (X509Certificate) factory.generateCertificate(block));
    }

    List<X509CRL> revocations() throws TlsException {
        return all("X509 CRL", (factory, block) -> (X509CRL) factory.generateCRL(block));
    }

    /** Makes what a block holds. */
    private interface Parser<T> {
        T parse(CertificateFactory factory, InputStream block) throws GeneralSecurityException;
    }

    private <T> List<T> all(String type, Parser<T> parser) throws TlsException {
        List<T> parsed = new ArrayList<>();
        try {
            for (int i = 0; i < types.size(); i++) {
                if (types.get(i).equals(type)) {
                    parsed.add(parser.parse(CertificateFactory.getInstance("X.509"),
                            new ByteArrayInputStream(blocks.get(i))));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new TlsException(file + ": received a damaged " + type + ": " + Text.reason(e), e);
        }
        if (parsed.isEmpty() || cut) {
            throw missing(type);
        }
        return parsed;
    }

    /** Returns the private key of that public one. */
    PrivateKey key(PublicKey published) throws TlsException {
        try {
            for (int i = 0; i < types.size(); i++) {
                byte[] pkcs8 = switch (types.get(i)) {
                    case "PRIVATE KEY" -> blocks.get(i);
                    case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> pkcs8(blocks.get(i), published);
                    default -> null;
                };
                if (pkcs8 != null) {
                    return KeyFactory.getInstance(published.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new TlsException(file + ": received a key that cannot be read (" + Text.reason(e)
                    + "), expected one of algorithm " + published.getAlgorithm()
                    + ", as the certificate's; openssl pkcs8 -topk8 -nocrypt -in " + file.getFileName()
                    + " -out NEW.pem converts it", e);
        }
        throw missing("PRIVATE KEY");
    }

    /**
     * Wraps the older forms of a private key, which certtool and openssl still write, into the one that the JDK reads:
     * a version, the algorithm, the key as it is (RFC 5208). The algorithm is the first element of the public key's
     * own encoding (RFC 5280, 4.1).
     */
    private static byte[] pkcs8(byte[] key, PublicKey published) {
        ByteBuffer encoded = ByteBuffer.wrap(published.getEncoded());
        enter(encoded);
        int start = encoded.position();
        byte[] algorithm = new byte[enter(encoded) + encoded.position() - start];
        encoded.get(start, algorithm);
        byte[] wrapped = tagged(OCTET_STRING, key);
        return tagged(SEQUENCE, ByteBuffer.allocate(VERSION.length + algorithm.length + wrapped.length)
                .put(VERSION).put(algorithm).put(wrapped).array());
    }

    /** Goes to the content of a DER element and returns its length. */
    private static int enter(ByteBuffer der) {
        int length = der.get(der.position() + 1) & 0xFF;
        der.position(der.position() + 2);
        if (length < 0x80) {
            return length;
        }
        int sum = 0;
        for (int bytes = length & 0x7F; bytes > 0; bytes--) {
            sum = sum << 8 | der.get() & 0xFF;
        }
        return sum;
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(content.length + 4).put((byte) tag);
        if (content.length >= 0x100) {
            out.put((byte) 0x82).put((byte) (content.length >> 8));
        } else if (content.length >= 0x80) {
            out.put((byte) 0x81);
        }
        out.put((byte) content.length).put(content);
        return Arrays.copyOf(out.array(), out.position());
    }

    private TlsException missing(String type) {
        List<String> received = new ArrayList<>(types);
        if (cut) {
            received.add("a PEM block that is cut or damaged");
        }
        return new TlsException(file + ": received "
                + (received.isEmpty() ? "no PEM block" : String.join(", ", received))
                + ", expected a " + type + (cut ? " up to its -----END line; copy the file again" : ""));
    }
}
