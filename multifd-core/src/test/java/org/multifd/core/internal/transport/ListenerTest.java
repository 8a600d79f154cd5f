package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user sees of listening and connecting when it does not work: one line, with the remedy. */
class ListenerTest {

    @TempDir
    Path directory;

    private static Listener open(String address) throws IOException {
        return Listener.open(Address.parse(address), 4);
    }

    private static String refusal(String address) {
        IOException error = assertThrows(IOException.class, () -> open(address).close());
        assertInstanceOf(IOException.class, error.getCause());
        return error.getMessage();
    }

    private static String absent(String address) {
        IOException error = assertThrows(IOException.class, () -> new Connector(Address.parse(address), 5000, null)
                .connect().close());
        assertInstanceOf(IOException.class, error.getCause());
        return error.getMessage();
    }

    @Test
    void shouldPickAPortAndNameIt() throws IOException {
        try (Listener listener = open("tcp:127.0.0.1:0")) {
            assertTrue(listener.bound().matches("tcp:127\\.0\\.0\\.1:[1-9][0-9]*"), listener.bound());
            new Connector(Address.parse(listener.bound()), 5000, null).connect().close();
            listener.accept().close();
        }
    }

    @Test
    void shouldHaveGivenOutAllThatHadConnected() throws Exception {
        Listener listener = open("tcp:127.0.0.1:0");
        AtomicInteger taken = new AtomicInteger();
        CompletableFuture<Void> taking = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    listener.accept().close();
                    taken.incrementAndGet();
                }
            } catch (IOException e) {
                // the listener is closed
            }
        });
        try {
            for (int round = 1; round <= 50; round++) {
                new Connector(Address.parse(listener.bound()), 5000, null).connect().close();
                new Connector(Address.parse(listener.bound()), 5000, null).connect().close();
                listener.awaitTaken(30_000);
                assertEquals(2 * round, taken.get());
            }
        } finally {
            listener.close();
        }
        taking.get();
        listener.awaitTaken(30_000);
    }

    @Test
    void shouldNameThePortInUse() throws IOException {
        try (Listener first = open("tcp:127.0.0.1:0")) {
            assertEquals("cannot listen on " + first.bound()
                    + ": Address already in use; choose another port, or port 0 for a free one",
                    refusal(first.bound()));
        }
    }

    @Test
    void shouldFreeThePortWhenItCloses() throws IOException {
        Listener first = open("tcp:127.0.0.1:0");
        first.close();
        open(first.bound()).close();
    }

    @Test
    void shouldNameTheAbsentPeer() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertEquals("cannot connect to tcp:127.0.0.1:" + port
                + ": Connection refused; is the destination waiting there?",
                absent("tcp:127.0.0.1:" + port));
    }

    /** The deadline may come at the moment at which it connects: what it has closed is not handed out. */
    @Test
    void shouldConnectOrSayThatTheTimeWasOver() throws IOException {
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), 1024)) {
            Connector connector = new Connector(Address.parse(listener.bound()), 0, null);
            for (int i = 0; i < 1000; i++) {
                try (Connection connection = connector.connect()) {
                    connection.writeFully(ByteBuffer.allocate(1));
                    listener.accept().close();
                } catch (IOException e) {
                    assertEquals("cannot connect to " + listener.bound()
                            + ": nobody accepted within 0 ms; is the destination waiting there?", e.getMessage());
                    while (listener.accept(1) != null) {
                        continue; // it had connected
                    }
                }
            }
        }
    }

    @Test
    void shouldNameTheAbsentSocketFile() {
        String address = "unix:" + directory.resolve("nobody");
        assertEquals("cannot connect to " + address + ": No such file or directory; is the destination waiting there?",
                absent(address));
    }

    /** A name with a character that no host has: no resolver is asked in vain, with or without a network. */
    @Test
    void shouldNameTheUnknownHost() {
        assertEquals("cannot connect to tcp:no such host.invalid:1: host no such host.invalid is unknown; check the "
                + "name", absent("tcp:no such host.invalid:1"));
        assertEquals(
                "cannot listen on tcp:no such host.invalid:1: host no such host.invalid is unknown; check the name",
                refusal("tcp:no such host.invalid:1"));
    }

    /** An address that is documentation's, nobody's (RFC 5737). */
    @Test
    void shouldNameTheAddressOfAnotherMachine() {
        assertEquals("cannot listen on tcp:192.0.2.1:0: Cannot assign requested address; choose an address of this "
                + "machine", refusal("tcp:192.0.2.1:0"));
    }

    @Test
    void shouldRemoveItsSocketFile() throws IOException {
        Path path = directory.resolve("m.sock");
        Listener listener = open("unix:" + path);
        assertEquals("unix:" + path, listener.bound());
        assertTrue(Files.exists(path));
        listener.close();
        assertFalse(Files.exists(path));
        Files.createFile(path);
        listener.close();
        assertTrue(Files.exists(path), "a second close removes what is no longer its own");
    }

    @Test
    void shouldNotRemoveASocketFileThatHasReplacedItsOwn() throws IOException {
        Path path = directory.resolve("m.sock");
        Listener first = open("unix:" + path);
        Files.delete(path);
        try (Listener second = open("unix:" + path)) {
            first.close();
            assertTrue(Files.exists(path));
            new Connector(Address.parse("unix:" + path), 5000, null).connect().close();
            second.accept().close();
        }
        assertFalse(Files.exists(path));
    }

    @ParameterizedTest
    @CsvSource({"tcp:0.0.0.0:0, tcp:0\\.0\\.0\\.0:[0-9]+", "tcp:[::]:0, tcp:\\[::\\]:[0-9]+",
        "tcp:[::1]:0, tcp:\\[::1\\]:[0-9]+", "tcp:[0:0::1]:0, tcp:\\[::1\\]:[0-9]+"})
    void shouldNameTheAddressAsItIsWritten(String address, String pattern) throws IOException {
        try (Listener listener = open(address)) {
            assertTrue(listener.bound().matches(pattern), listener.bound());
            try (Connection connection = new Connector(Address.parse(listener.bound()), 5000, null).connect()) {
                listener.accept().close();
                assertTrue(connection.peer().matches("tcp:(127.0.0.1|\\[::1\\]):[0-9]+"), connection.peer());
            }
        }
    }

    @Test
    void shouldNotRemoveAnothersSocketFile() throws IOException {
        Path path = directory.resolve("m.sock");
        try (Listener first = open("unix:" + path)) {
            assertEquals("cannot listen on unix:" + path
                    + ": Address already in use; remove the socket if nobody listens there any more, or choose "
                    + "another path", refusal(first.bound()));
            assertTrue(Files.exists(path));
            new Connector(Address.parse("unix:" + path), 5000, null).connect().close();
            first.accept().close();
        }
    }

    @Test
    void shouldNameThePathThatIsTooLong() {
        String address = "unix:" + directory.resolve("x".repeat(120));
        assertEquals("cannot listen on " + address
                + ": Unix domain path too long; choose a short path in a directory that is there", refusal(address));
    }

    @Test
    void shouldEndAWaitingAcceptByClosing() throws Exception {
        Listener listener = open("tcp:127.0.0.1:0");
        CompletableFuture<Void> accepting = CompletableFuture.runAsync(() -> {
            try {
                listener.accept().close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        listener.close();
        ExecutionException error = assertThrows(ExecutionException.class, () -> accepting.get());
        assertInstanceOf(ClosedChannelException.class, error.getCause().getCause());
    }
}
