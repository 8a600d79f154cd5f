package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MigrationException.Kind;

/**
 * Nothing but a cancel, or an interrupt of the calling thread, ends these migrations: the other side says no more, and
 * there is no deadline that a run would live to see.
 */
class CancelAtAnyMomentTest {

    private static final int NEVER = Integer.MAX_VALUE;
    private static final Path CREDENTIALS = Path.of("src/test/tls/good").toAbsolutePath();

    private final MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(0, resource);
        return resource;
    }

    /** What a peer says before it falls silent. */
    @FunctionalInterface
    private interface Play {
        void on(HandSource source) throws Exception;
    }

    /** Whoever is cancelled. */
    @FunctionalInterface
    private interface Call {
        Object run() throws MigrationException;
    }

    private static Arguments[] bothWays(String moment, Object... more) {
        return Stream.of(false, true).map(interrupt -> {
            List<Object> all = new ArrayList<>(List.of(moment, interrupt));
            all.addAll(List.of(more));
            return Arguments.of(all.toArray());
        }).toArray(Arguments[]::new);
    }

    private static MigrationParameters.Builder patient() {
        return MigrationParameters.builder().set("multifd-compression", "plain").set("multifd-channels", 1)
                .set("timeout", NEVER);
    }

    /** Runs the call until a thread is where the test wants one, and has it ended by that and nothing else. */
    private static void end(Call call, String frame, boolean interrupt, Runnable cancel) throws Exception {
        CompletableFuture<MigrationException> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                call.run();
                ended.complete(null);
            } catch (MigrationException e) {
                ended.complete(e);
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        }, "caller");
        thread.start();
        while (!ended.isDone() && !isIn(frame)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        if (interrupt) {
            thread.interrupt();
        } else {
            cancel.run();
        }
        MigrationException error = ended.get();
        assertNotNull(error, "it succeeded");
        assertEquals(Kind.INTERRUPTED, error.kind(), error.getMessage());
        thread.join();
    }

    /** Whether some thread is in the method {@code Class.method}. */
    private static boolean isIn(String frame) {
        return Thread.getAllStackTraces().values().stream().flatMap(Arrays::stream)
                .anyMatch(each -> (each.getClassName() + "." + each.getMethodName()).endsWith("." + frame));
    }

    static Stream<Arguments> momentsOfADestination() {
        return Stream.of(
                bothWays("nobody has come", "Gathering.await", (Play) source -> { }),
                bothWays("a connection is silent", "Acceptor.hello", (Play) HandSource::connect),
                bothWays("channels are missing", "Gathering.await", (Play) source -> source.main(true)),
                bothWays("main is silent", "MainStreamReader.readRam", (Play) source -> source.channel().main(true)),
                bothWays("main is at a mark", "SyncBarrier.awaitAll", (Play) source -> source.channel().main(true)
                .list(1 << 20)), bothWays("a channel is at a mark", "SyncBarrier.arrive",
                (Play) source -> source.channel().main(true).list(1 << 20)
                        .sync(true).sync(true)),
                bothWays("a packet is incomplete", "Connection.readFully", (Play) source -> source.channel().main(true)
                .list(1 << 20)
                        .sync(true).channel(0).writeFully(ByteBuffer.allocate(4).putInt(0, 0x11223344))),
                bothWays("the device state is incomplete", "DeviceTail.read", (Play) source -> source.channel()
                .main(true)
                        .list(1 << 20).sync(true).sync(true).last().tail((byte) 4, (byte) 0)))
                .flatMap(Arrays::stream);
    }

    @ParameterizedTest(name = "{0}, interrupted: {1}")
    @MethodSource("momentsOfADestination")
    void shouldEndADestination(String moment, boolean interrupt, String frame, Play play) throws Exception {
        MigrationDestination destination = opened(new MigrationDestination(methods, patient().build(),
                RamSupplier.allocating(1 << 30)));
        HandSource source = opened(new HandSource(destination.listen("tcp:127.0.0.1:0")));
        play.on(source);
        end(destination::receive, frame, interrupt, destination::cancel);
    }

    static Stream<Arguments> momentsOfASource() {
        return Stream.of(
                bothWays("TLS is not answered", "TlsLayer.handshake", patient().set("tls-creds", CREDENTIALS)),
                bothWays("the method is asked for", "MethodChoice.ask", patient().set("multifd-compression",
                "plain,other")), bothWays("nobody reads", "SendChannels.awaitIdle", patient()),
                bothWays("the bandwidth is limited", "RateLimiter.acquire", patient().set("max-bandwidth", 100_000)))
                .flatMap(Arrays::stream);
    }

    @ParameterizedTest(name = "{0}, interrupted: {1}")
    @MethodSource("momentsOfASource")
    void shouldEndASource(String moment, boolean interrupt, String frame, MigrationParameters.Builder parameters)
            throws Exception {
        Sink sink = opened(new Sink());
        TestGuest guest = opened(new TestGuest(TestGuest.ram(4096, 64 << 20), 3, new byte[0]));
        MigrationSource source = new MigrationSource(methods, parameters.build(), guest.ram, guest.log, guest);
        end(() -> source.migrate(sink.address()), frame, interrupt, source::cancel);
    }

    static Stream<Arguments> momentsOfARelay() {
        return Stream.of(
                bothWays("nobody has come", "Gathering.await", (Play) source -> { }, patient()),
                bothWays("TLS is not answered", "TlsLayer.handshake", (Play) source -> source.main(true),
                        patient().set("tls-creds", CREDENTIALS)),
                bothWays("the method is asked for", "MethodChoice.ask", (Play) source -> source.main(true),
                        patient().set("multifd-compression", "plain,other")),
                bothWays("main is silent", "MainStreamReader.readRam", (Play) source -> source.main(true), patient()),
                bothWays("a channel is silent", "RelayChannel.readMagic", (Play) source -> source.main(true).channel(),
                patient()), bothWays("the device state is incomplete", "MainStreamReader.passTail",
                (Play) source -> source.main(true).channel()
                        .list(1 << 20).sync(true).sync(true).last().tail((byte) 4, (byte) 0), patient()),
                bothWays("the destination says nothing", "RelayedMigration.nextChannel", (Play) source -> {
                    source.main(false).channel().list(1 << 20).sync(true).sync(true).last()
                            .tail(HexFormat.of().parseHex("0006" + "00000002" + "7b7d"));
                    source.channel(0).shutdownOutput();
                    source.main.shutdownMain();
                }, patient()))
                .flatMap(Arrays::stream);
    }

    @ParameterizedTest(name = "{0}, interrupted: {1}")
    @MethodSource("momentsOfARelay")
    void shouldEndARelay(String moment, boolean interrupt, String frame, Play play,
            MigrationParameters.Builder outgoing)
            throws Exception {
        Sink sink = opened(new Sink());
        Relay relay = opened(new Relay(methods, patient().build(), outgoing.build()));
        HandSource source = opened(new HandSource(relay.listen("tcp:127.0.0.1:0", sink.address())));
        play.on(source);
        end(relay::relay, frame, interrupt, relay::cancel);
    }

    static Stream<Boolean> ways() {
        return Stream.of(false, true);
    }

    @ParameterizedTest(name = "interrupted: {0}")
    @MethodSource("ways")
    void shouldEndARelayWhileItConnects(boolean interrupt) throws Exception {
        ServerSocket full = opened(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        fill(full);
        Relay relay = opened(new Relay(methods, patient().build()));
        HandSource source = opened(new HandSource(relay.listen("tcp:127.0.0.1:0", "tcp:127.0.0.1:"
                + full.getLocalPort())));
        source.main(true);
        end(relay::relay, "Connector.connect", interrupt, relay::cancel);
    }

    /** Nobody accepts here: once the queue is full, further ones get no answer. */
    private void fill(ServerSocket server) throws IOException {
        while (true) {
            Socket socket = opened(new Socket());
            try {
                socket.connect(server.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }
}
