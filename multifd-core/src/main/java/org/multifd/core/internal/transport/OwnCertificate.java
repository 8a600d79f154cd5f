package org.multifd.core.internal.transport;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.X509ExtendedKeyManager;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this side shows: always the one certificate of its directory, so that a peer that wants another can say why not.
 */
final class OwnCertificate extends X509ExtendedKeyManager {

    private static final Logger LOG = LoggerFactory.getLogger(OwnCertificate.class);
    private static final Set<Path> WARNED = ConcurrentHashMap.newKeySet();
    private static final String ALIAS = "own";

    private final X509Certificate[] chain;
    private final PrivateKey key;

    private OwnCertificate(X509Certificate[] chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /** @param role {@code server} or {@code client}, as in the names of the files */
    static OwnCertificate load(Path directory, String role) throws TlsException {
        OwnCertificate own = read(directory, role);
        for (X509Certificate certificate : own.chain) {
            checkValid(directory.resolve(role + "-cert.pem"), certificate);
        }
        warnOfUse(directory.resolve(role + "-cert.pem"), own.chain[0], role);
        warnOfReaders(directory.resolve(role + "-key.pem"));
        return own;
    }

    /** Warns, once for each file, of a key that every user of this machine can read or replace. */
    private static void warnOfReaders(Path file) throws TlsException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            boolean open = permissions.contains(PosixFilePermission.OTHERS_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE);
            if (open && WARNED.add(file)) {
                LOG.warn("{}: received a key with permissions {}, expected one that others cannot read or write;"
                        + " chmod o= {}", file, PosixFilePermissions.toString(permissions), file.getFileName());
            }
        } catch (UnsupportedOperationException e) {
            LOG.debug("{}: this file system has no permissions", file);
        } catch (IOException e) {
            throw new TlsException(file + ": its permissions cannot be read: " + Text.reason(e), e);
        }
    }

    /** Warns of what a multifd peer refuses and a QEMU does not. No use said is any. */
    private static void warnOfUse(Path file, X509Certificate certificate, String role) throws TlsException {
        try {
            String other = CertificateUse.otherThan(role, certificate);
            if (other != null) {
                LOG.warn("{}: {}: a peer may refuse it", file, other);
            }
        } catch (CertificateParsingException e) {
            throw new TlsException(file + ": received a damaged extended key usage: " + Text.reason(e), e);
        }
    }

    /** As {@link #load}, whatever the time is. */
    static OwnCertificate read(Path directory, String role) throws TlsException {
        Path file = directory.resolve(role + "-cert.pem");
        List<X509Certificate> certificates = Pem.read(file).certificates();
        PublicKey published = certificates.get(0).getPublicKey();
        Path keyFile = directory.resolve(role + "-key.pem");
        PrivateKey key = Pem.read(keyFile).key(published);
        if (!belongs(key, published)) {
            throw new TlsException(keyFile + ": received another certificate's key, expected the one of " + file);
        }
        return new OwnCertificate(certificates.toArray(X509Certificate[]::new), key);
    }

    /** A peer would refuse it, and perhaps not say why. */
    static void checkValid(Path file, X509Certificate certificate) throws TlsException {
        String wrong = notNow(certificate, "; renew it", "; check this machine's clock");
        if (wrong != null) {
            throw new TlsException(file + ": " + wrong);
        }
    }

    /** Says what is wrong with a certificate that is not valid now; null if it is. */
    static String notNow(X509Certificate certificate, String ifExpired, String ifEarly) {
        Instant now = Instant.now();
        Instant first = certificate.getNotBefore().toInstant();
        Instant last = certificate.getNotAfter().toInstant();
        if (!now.isAfter(last) && !now.isBefore(first)) {
            return null;
        }
        return "received a certificate of " + Identity.of(certificate) + " that "
                + (now.isAfter(last) ? "expired on " + last : "is valid from " + first + " on")
                + ", expected one that is valid now" + (now.isAfter(last) ? ifExpired : ifEarly);
    }

    private static boolean belongs(PrivateKey key, PublicKey published) throws TlsException {
        String algorithm = switch (published.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> null; // the handshake shows it
        };
        if (algorithm == null) {
            return true;
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(published.getEncoded());
            byte[] signed = signature.sign();
            signature.initVerify(published);
            signature.update(published.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new TlsException("the key cannot sign: " + Text.reason(e), e);
        }
    }

    String identity() {
        return Identity.of(chain[0]);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return serves(keyType) ? new String[] {ALIAS} : null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        for (String keyType : keyTypes) {
            if (serves(keyType)) {
                return ALIAS;
            }
        }
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return serves(keyType) ? ALIAS : null;
    }

    /** The key types of TLS 1.2 carry the signature's, too: EC_EC, EC_RSA. */
    private boolean serves(String keyType) {
        return keyType.equals(key.getAlgorithm()) || keyType.startsWith(key.getAlgorithm() + "_");
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
