package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.MigrationException.Kind;

/** Closed before anything listens, nothing is left that listens; and a peer that reads nothing cannot keep an end. */
@Timeout(120)
class ClosedEarlyTest {

    private static final byte[] TAIL = {0, 6, 0, 0, 0, 2, '{', '}'};

    @TempDir
    private Path temp;

    private static MigrationDestination destination(int timeout) {
        return new MigrationDestination(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.builder().set("multifd-channels", 1).set("timeout", timeout).build(),
                RamSupplier.allocating(1 << 30));
    }

    @Test
    void shouldNotListenAtADestinationThatWasClosed() {
        MigrationDestination destination = destination(10_000);
        destination.close();
        assertInterrupted(assertThrows(MigrationException.class, () -> destination.listen("unix:" + temp + "/s")));
        assertFalse(Files.exists(temp.resolve("s")), "the socket is left");
    }

    @Test
    void shouldNotListenAtARelayThatWasClosed() {
        Relay relay = new Relay(MethodRegistry.of(new PlainMethod("plain")),
                MigrationParameters.builder().set("multifd-compression", "plain").build());
        relay.close();
        assertInterrupted(assertThrows(MigrationException.class,
                () -> relay.listen("unix:" + temp + "/s", "unix:" + temp + "/t")));
        assertFalse(Files.exists(temp.resolve("s")), "the socket is left");
    }

    private static void assertInterrupted(MigrationException error) {
        assertEquals(Kind.INTERRUPTED, error.kind());
        assertEquals("migration cancelled", error.getMessage());
    }

    /**
     * As many answers fit into the source's socket as it asks for, and then SHUT 0 does not: a UNIX socket takes the
     * same number each time.
     */
    @Test
    void shouldNotWaitForASourceThatDoesNotReadItsWord() throws Exception {
        int fits = 0;
        int blocks = 128; // doubled: each one too many takes the whole wait
        while (endOf(blocks) == null) {
            fits = blocks;
            blocks *= 2;
        }
        while (blocks - fits > 1) {
            int middle = (fits + blocks) / 2;
            if (endOf(middle) == null) {
                fits = middle;
            } else {
                blocks = middle;
            }
        }
        MigrationException error = endOf(blocks);
        assertEquals(Kind.PEER, error.kind());
        assertEquals("main channel: the source could not be told that everything is loaded: it has read"
                + " nothing for 400 ms", error.getMessage());
    }

    /** How a migration ends whose source asks for so many answers and reads none. */
    private MigrationException endOf(int pings) throws Exception {
        Path socket = temp.resolve("s" + pings);
        try (MigrationDestination destination = destination(400);
                HandSource hand = new HandSource(destination.listen("unix:" + socket))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            hand.main(true).channel().list(1 << 20).sync(false);
            CountDownLatch sent = new CountDownLatch(1);
            Thread asking = new Thread(() -> {
                try {
                    for (int i = 0; i < pings; i++) {
                        hand.ping(i);
                    }
                    hand.sync(false).last().tail(TAIL);
                } catch (java.io.IOException e) {
                    // it does not read any more
                }
                sent.countDown();
            });
            asking.start();
            try {
                received.get();
                return null;
            } catch (ExecutionException e) {
                return (MigrationException) e.getCause();
            } finally {
                hand.main.close();
                sent.await();
            }
        }
    }

    /** One byte now and then is silence, too: it does not keep a relay. */
    @Test
    void shouldNotBeKeptByAByteNowAndThenAtARelay() throws Exception {
        try (MigrationDestination destination = destination(Eventually.PATIENT_MILLIS);
                Relaying relaying = new Relaying(MethodRegistry.of(new PlainMethod("plain")), "plain",
                        destination.listen("tcp:127.0.0.1:0"), "timeout", 400);
                HandSource hand = new HandSource(relaying.address)) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            CompletableFuture<Relaying.Outcome> relayed = CompletableFuture.supplyAsync(() -> {
                try {
                    return relaying.next();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            hand.main(true).channel().list(1 << 20).sync(false);
            ByteBuffer one = ByteBuffer.allocate(1);
            while (!relayed.isDone()) {
                try {
                    hand.channel(0).writeFully(one.rewind());
                } catch (java.io.IOException e) {
                    break; // it has closed
                }
                Thread.sleep(50);
            }
            MigrationException error = relayed.get().error();
            assertEquals(Kind.PEER, error.kind());
            assertTrue(error.getMessage().matches("\\d+ bytes moved within 400 ms, expected at least 4096: the peer is"
                    + " as good as silent; see what the peer does, or raise timeout.*"), error.getMessage());
            assertThrows(ExecutionException.class, received::get);
        }
    }
}
