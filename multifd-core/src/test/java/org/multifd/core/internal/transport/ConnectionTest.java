package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.wire.WireException;

class ConnectionTest {

    @TempDir
    Path directory;

    @Test
    void shouldSayHowMuchCameBeforeTheEnd() throws IOException {
        try (ConnectionPair pair = new ConnectionPair().sendAll(new byte[10])) {
            ByteBuffer into = ByteBuffer.allocate(64).limit(20);
            EOFException error = assertThrows(EOFException.class, () -> pair.near.readFully(into, "an init packet"));
            assertEquals("connection closed by the peer: received 10 bytes of an init packet, expected 20",
                    error.getMessage());
            assertEquals(10, pair.near.bytesRead());
        }
    }

    /** What an earlier read has brought is part of it. */
    @Test
    void shouldCountWhatTheBufferHadAlready() throws IOException {
        try (ConnectionPair pair = new ConnectionPair().sendAll(new byte[10])) {
            ByteBuffer into = ByteBuffer.allocate(64).position(4).limit(20);
            EOFException error = assertThrows(EOFException.class, () -> pair.near.readFully(into, "an init packet"));
            assertEquals("connection closed by the peer: received 14 bytes of an init packet, expected 20",
                    error.getMessage());
        }
    }

    @Test
    void shouldSayHowMuchCameIntoSeveralBuffers() throws IOException {
        try (ConnectionPair pair = new ConnectionPair().sendAll(new byte[10])) {
            ByteBuffer[] into =
                    {ByteBuffer.allocate(1), ByteBuffer.allocate(4), ByteBuffer.allocate(8), ByteBuffer.allocate(1)};
            EOFException error = assertThrows(EOFException.class, () -> pair.near.readFully(into, 1, 2, "a payload"));
            assertEquals("connection closed by the peer: received 10 bytes of a payload, expected 12",
                    error.getMessage());
            assertEquals(1, into[0].remaining());
            assertEquals(1, into[3].remaining());
        }
    }

    /** As a web server does: it refuses, and closes with a reset as it has not read all. */
    @Test
    void shouldTellWhatAPeerThatIsNoDestinationAnswered() throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            pair.near.writeFully(ByteBuffer.allocate(4096));
            pair.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n".getBytes(StandardCharsets.US_ASCII));
            pair.far.close();
            IOException error = pair.near.answered(broken(pair.near));
            assertInstanceOf(WireException.class, error);
            assertEquals("received \"HTTP/1.1 400 Bad Request\\x0d\\x0aConnection: cl\" from " + pair.near.peer()
                    + " on a multifd channel, expected nothing; is it a QEMU or multifd that listens there?",
                    error.getMessage());
        }
    }

    @Test
    void shouldLeaveAnErrorThatNobodyAnsweredAsItIs() throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            pair.near.writeFully(ByteBuffer.allocate(4096));
            pair.far.close();
            IOException error = broken(pair.near);
            assertSame(error, pair.near.answered(error));
        }
    }

    private static IOException broken(Connection connection) {
        return assertThrows(IOException.class, () -> {
            while (true) {
                connection.writeFully(ByteBuffer.allocate(1 << 20));
            }
        });
    }

    @Test
    void shouldReadTheEndAsSuch() throws IOException {
        try (ConnectionPair pair = new ConnectionPair().sendAll(new byte[0])) {
            assertEquals(-1, pair.near.read(ByteBuffer.allocate(1)));
            assertEquals(0, pair.near.bytesRead());
        }
    }

    /**
     * Far more than the sockets hold: the writer has to go on where the kernel stopped it, in the middle of a buffer.
     */
    @Test
    void shouldWriteAndReadWhatNoSocketBufferHolds() throws Exception {
        byte[] bytes = new byte[24 << 20];
        new Random(1).nextBytes(bytes);
        try (ConnectionPair pair = new ConnectionPair()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    pair.far.writeFully(split(bytes, 5), 1, 5);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] read = new byte[bytes.length];
            pair.near.readFully(split(read, 129), 1, 129, "all");
            writing.get();
            assertArrayEquals(bytes, read);
            assertEquals(bytes.length, pair.near.bytesRead());
            assertEquals(bytes.length, pair.far.bytesWritten());
            assertEquals(0, pair.near.bytesWritten());
        }
    }

    /** The bytes as {@code parts} buffers of unequal length, from index 1 on. */
    private static ByteBuffer[] split(byte[] bytes, int parts) {
        ByteBuffer[] buffers = new ByteBuffer[parts + 2];
        int start = 0;
        for (int i = 1; i <= parts; i++) {
            int end = i == parts ? bytes.length : start + (int) ((long) bytes.length * i * 2 / parts / (parts + 1));
            buffers[i] = ByteBuffer.wrap(bytes, start, end - start);
            start = end;
        }
        return buffers;
    }

    @Test
    void shouldWakeABlockedReaderByClosing() throws Exception {
        try (ConnectionPair pair = new ConnectionPair()) {
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                try {
                    pair.near.readFully(ByteBuffer.allocate(1), "nothing");
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            pair.near.close();
            ExecutionException error = assertThrows(ExecutionException.class, () -> reading.get());
            assertInstanceOf(ClosedChannelException.class, error.getCause().getCause());
            pair.near.close();
        }
    }

    @Test
    void shouldWakeABlockedWriterByClosing() throws Exception {
        try (ConnectionPair pair = new ConnectionPair()) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    pair.near.writeFully(ByteBuffer.allocateDirect(64 << 20));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (pair.near.bytesWritten() == 0 && pair.far.read(ByteBuffer.allocate(1)) != 1) {
                Thread.onSpinWait();
            }
            assertFalse(writing.isDone());
            pair.near.close();
            ExecutionException error = assertThrows(ExecutionException.class, () -> writing.get());
            assertInstanceOf(ClosedChannelException.class, error.getCause().getCause());
        }
    }

    @Test
    void shouldGoOnReadingAfterItsLastWrite() throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            pair.near.writeFully(ByteBuffer.wrap(new byte[] {1, 2}));
            pair.near.shutdownOutput();
            assertArrayEquals(new byte[] {1, 2}, pair.received());
            pair.far.writeFully(ByteBuffer.wrap(new byte[] {3}));
            ByteBuffer answer = ByteBuffer.allocate(1);
            pair.near.readFully(answer, "an answer");
            assertEquals(3, answer.get(0));
        }
    }

    @Test
    void shouldNameItsPeer() throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            assertTrue(pair.far.peer().matches("tcp:127\\.0\\.0\\.1:[0-9]+"), pair.far.peer());
        }
        try (ConnectionPair pair = new ConnectionPair("unix:" + directory.resolve("s"))) {
            assertEquals("unix:" + directory.resolve("s"), pair.far.peer());
            assertEquals("unix:(unnamed)", pair.near.peer());
        }
    }

    @Test
    void shouldCarryBytesOverUnixSockets() throws IOException {
        try (ConnectionPair pair = new ConnectionPair("unix:" + directory.resolve("s"))) {
            pair.sendAll(new byte[] {7, 8});
            ByteBuffer into = ByteBuffer.allocate(2);
            pair.near.readFully(into, "two");
            assertArrayEquals(new byte[] {7, 8}, into.array());
            assertEquals(-1, pair.near.read(ByteBuffer.allocate(1)));
        }
    }
}
