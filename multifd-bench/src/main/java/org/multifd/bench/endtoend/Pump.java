package org.multifd.bench.endtoend;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The limit that the machine sets: as many bytes as a guest's pages have, from memory into as many sockets, and from
 * there into fresh memory. No protocol: both ends know the number of bytes and who sends which.
 */
final class Pump {

    private static final int CHUNK = PacketHeader.PACKET_BYTES;

    /** What one socket does. */
    @FunctionalInterface
    private interface Lane {
        void move(SocketChannel socket, int lane) throws IOException;
    }

    private Pump() {
    }

    static void out(Worker worker, ByteBuffer[] memory, int lanes, long bytes) throws Exception {
        String address = worker.ready("");
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        long start = System.nanoTime();
        List<SocketChannel> sockets = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            sockets.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
            sockets.get(i).write(ByteBuffer.wrap(new byte[] {(byte) i}));
        }
        all(sockets, (socket, lane) -> {
            for (long at = (long) lane * CHUNK; at < bytes; at += (long) lanes * CHUNK) {
                for (ByteBuffer chunk = chunk(memory, at, bytes); chunk.hasRemaining();) {
                    socket.write(chunk);
                }
            }
            demand(socket.read(ByteBuffer.allocate(1)));
        });
        worker.done(System.nanoTime() - start, bytes, 0);
    }

    static void in(Worker worker, ByteBuffer[] memory, int lanes, long bytes) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress("127.0.0.1", 0));
            worker.ready("tcp:" + ((InetSocketAddress) listener.getLocalAddress()).getPort());
            long start = System.nanoTime();
            SocketChannel[] sockets = new SocketChannel[lanes];
            for (int i = 0; i < lanes; i++) {
                SocketChannel socket = listener.accept();
                ByteBuffer lane = ByteBuffer.allocate(1);
                demand(socket.read(lane));
                sockets[lane.get(0) & 0xff] = socket;
            }
            all(List.of(sockets), (socket, lane) -> {
                for (long at = (long) lane * CHUNK; at < bytes; at += (long) lanes * CHUNK) {
                    for (ByteBuffer chunk = chunk(memory, at, bytes); chunk.hasRemaining();) {
                        demand(socket.read(chunk));
                    }
                }
                socket.write(ByteBuffer.allocate(1));
            });
            worker.done(System.nanoTime() - start, bytes, 0);
        }
    }

    private static void demand(int read) throws EOFException {
        if (read < 0) {
            throw new EOFException("the other end of the pump has gone");
        }
    }

    private static ByteBuffer chunk(ByteBuffer[] memory, long at, long bytes) {
        ByteBuffer segment = memory[(int) (at / memory[0].capacity())];
        int start = (int) (at % memory[0].capacity());
        return segment.slice(start, (int) Math.min(CHUNK, bytes - at));
    }

    private static void all(List<SocketChannel> sockets, Lane work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(sockets.size());
        try {
            List<Callable<Void>> lanes = new ArrayList<>();
            for (int i = 0; i < sockets.size(); i++) {
                int lane = i;
                sockets.get(i).setOption(StandardSocketOptions.TCP_NODELAY, true);
                lanes.add(() -> {
                    work.move(sockets.get(lane), lane);
                    return null;
                });
            }
            for (Future<Void> each : threads.invokeAll(lanes)) {
                each.get();
            }
        } finally {
            threads.shutdown();
            for (SocketChannel each : sockets) {
                each.close();
            }
        }
    }
}
