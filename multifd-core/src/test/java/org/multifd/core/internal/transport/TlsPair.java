package org.multifd.core.internal.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.multifd.core.Eventually;

/** A client and a server that try to talk TLS over loopback. */
final class TlsPair implements AutoCloseable {

    static final String SOURCE = "C=DE,O=multifd tests,CN=source";
    static final String DESTINATION = "C=DE,O=multifd tests,CN=destination";

    private static final int TIMEOUT = Eventually.PATIENT_MILLIS;

    Connection client;
    Connection server;
    /** Null if the side is content. */
    IOException clientError;
    IOException serverError;

    static Path credentials(String name) {
        return Path.of("src/test/tls", name).toAbsolutePath();
    }

    static Tls client(String name) throws IOException {
        return Tls.client(credentials(name), true, "localhost");
    }

    static Tls server(String name) throws IOException {
        return Tls.server(credentials(name), true, null);
    }

    /** Both handshakes, to their ends. */
    TlsPair(Tls clientTls, Tls serverTls) throws Exception {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 4)) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try {
                    server = listener.accept();
                    server.secure(serverTls);
                } catch (IOException e) {
                    serverError = e;
                    server.close();
                }
            });
            try {
                client = new Connector(Address.parse(listener.bound()), TIMEOUT, clientTls).connect();
            } catch (IOException e) {
                clientError = e;
            }
            serving.get();
        }
    }

    TlsPair() throws Exception {
        this(client("good"), server("good"));
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
