package org.multifd.core.internal.transport;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Nothing of the peer is checked: {@code tls-verify-peer} off, which somebody has to ask for. */
final class AnyPeer extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        // as asked for
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        // as asked for
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        // as asked for
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        // as asked for
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        // as asked for
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        // as asked for
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
