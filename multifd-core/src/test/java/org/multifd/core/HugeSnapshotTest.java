package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.snapshot.SnapshotFile;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.ReturnPathWriter;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Listener;

/** A snapshot of more than 2 GiB in one block, sparse: it is sent through the channels' buffers and nothing else. */
class HugeSnapshotTest {

    private static final int PAGE = 4096;
    private static final long LENGTH = 3L << 30;
    private static final int PRESENT = 5_000;
    private static final int CHANNELS = 4;
    private static final long MEMORY_PER_CHANNEL = 4 << 20;

    @TempDir
    Path temp;

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    /** Takes everything and keeps nothing; says that it loaded well. */
    private static void swallow(Listener listener, AtomicLong most) {
        try (Connection main = listener.accept()) {
            Thread[] channels = new Thread[CHANNELS];
            for (int i = 0; i < channels.length; i++) {
                Connection channel = listener.accept();
                channels[i] = new Thread(() -> drain(channel, most));
                channels[i].start();
            }
            main.readFully(ByteBuffer.allocate(4), "the magic");
            ReturnPathWriter answers = new ReturnPathWriter(main);
            new MainStreamReader(main, PAGE, 1 << 20, new Ignoring(answers)).read();
            answers.shut(true);
            for (Thread each : channels) {
                each.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void drain(Connection channel, AtomicLong most) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        try (channel) {
            while (channel.read(buffer.clear()) >= 0) {
                most.accumulateAndGet(directMemory(), Math::max);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers pings, as a destination does. */
    private record Ignoring(ReturnPathWriter answers) implements MainStreamHandler {

        @Override
        public void configuration(Configuration configuration) {
            // not looked at
        }

        @Override
        public void openReturnPath() {
            // not looked at
        }

        @Override
        public void ping(int value) throws IOException {
            answers.pong(value);
        }

        @Override
        public void ramList(List<BlockEntry> blocks) {
            assertEquals(LENGTH, blocks.get(0).length());
        }

        @Override
        public void zeroPage(int block, long offset) {
            // not looked at
        }

        @Override
        public void page(int block, long offset, ByteBuffer page) {
            // not looked at
        }

        @Override
        public void sync() {
            // not looked at
        }
    }

    @Test
    void shouldSendThreeGigabytesInBoundedMemory() throws Exception {
        Map<Long, byte[]> pages = new TreeMap<>();
        for (int i = 0; i < PRESENT; i++) {
            byte[] page = new byte[PAGE];
            page[i % PAGE] = 1;
            pages.put(LENGTH / PAGE - 1 - 157L * i, page);
        }
        Path file = new SnapshotFile().block("pc.ram", LENGTH, pages).write(temp.resolve("file"));
        long before = directMemory();
        AtomicLong most = new AtomicLong();
        try (Listener listener = Listener.open(Address.parse("tcp:127.0.0.1:0"), CHANNELS + 1)) {
            CompletableFuture<Void> swallowed = CompletableFuture.runAsync(() -> swallow(listener, most));
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-channels", CHANNELS)
                    .set("multifd-compression", "zstd").set("zero-page-detection", "multifd").build();
            MigrationStats sent = MigrationSource.fromFile(MethodRegistry.load(), parameters, file)
                    .migrate(listener.bound());
            swallowed.get();
            assertEquals(PRESENT, sent.normalPages());
            assertEquals(LENGTH / PAGE - PRESENT, sent.zeroPages());
        }
        long used = most.get() - before;
        assertTrue(used > 0 && used < CHANNELS * MEMORY_PER_CHANNEL + (4 << 20), used + " bytes of buffers");
    }
}
