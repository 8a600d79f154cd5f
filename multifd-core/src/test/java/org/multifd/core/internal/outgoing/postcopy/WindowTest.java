package org.multifd.core.internal.outgoing.postcopy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multifd.core.internal.channel.Failure;

@Timeout(30)
class WindowTest {

    private final Failure failure = new Failure();
    private final Window window = new Window(failure);

    private void send(int chunks) throws IOException {
        for (int i = 0; i < chunks; i++) {
            window.await();
            window.next();
        }
    }

    private CompletableFuture<Void> waiting() {
        return CompletableFuture.runAsync(() -> {
            try {
                window.await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void shouldWaitBehindFourChunksUntilOneIsAnswered() throws Exception {
        send(4);
        CompletableFuture<Void> fifth = waiting();
        window.pong(Window.FIRST - 1);
        window.pong(Window.FIRST + 4);
        assertTrue(!fifth.isDone(), "the answer of a ping that was not sent");
        window.pong(Window.FIRST);
        fifth.get();
    }

    @Test
    void shouldGrowWhileAnswersComeAtOnceAndStayBounded() throws Exception {
        for (int i = 0; i < 1000; i++) {
            window.pong(window.next());
        }
        assertTrue(window.chunks() > 4 && window.chunks() <= 64, window.chunks() + " chunks");
    }

    @Test
    void shouldEndTheWaitWhenTheMigrationFails() throws Exception {
        send(4);
        CompletableFuture<Void> fifth = waiting();
        failure.fail(new IOException("gone"));
        assertThrows(ExecutionException.class, fifth::get);
        assertThrows(IOException.class, window::awaitAll);
    }

    @Test
    void shouldTellQuantilesToAnEighth() {
        Latencies latencies = new Latencies();
        assertEquals(0, latencies.quantile(0.5));
        for (int i = 1; i <= 1000; i++) {
            latencies.add(i * 1000L);
        }
        assertEquals(1000, latencies.count());
        assertEquals(1_000_000, latencies.worst());
        assertEquals(1_000_000, latencies.quantile(1));
        assertEquals(500_000, latencies.quantile(0.5), 500_000 / 8);
        assertEquals(990_000, latencies.quantile(0.99), 990_000 / 8);
        latencies.add(Long.MAX_VALUE);
        latencies.add(-1);
        assertEquals(Long.MAX_VALUE, latencies.quantile(1));
    }
}
