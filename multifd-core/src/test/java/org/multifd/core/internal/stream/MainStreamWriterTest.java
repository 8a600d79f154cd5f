package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.ConnectionPair;

/** What is written is, byte for byte, what wire-format 5 says. */
class MainStreamWriterTest {

    private interface Script {
        void run(MainStreamWriter writer) throws IOException;
    }

    private final RamBlock a = block("a", 2, 4096);
    private final RamBlock b = block("b", 4, 4096);
    private final RamBlocks blocks = new RamBlocks(List.of(a, b));

    private static RamBlock block(String name, int pages, int pageSize) {
        return new RamBlock(name, pageSize, true, ByteBuffer.allocateDirect(pages * pageSize));
    }

    private static byte[] written(boolean flushRule, Script script) throws IOException {
        try (ConnectionPair pair = new ConnectionPair()) {
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return pair.received();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            script.run(new MainStreamWriter(pair.near, flushRule, flushRule));
            pair.near.shutdownOutput();
            return received.join();
        }
    }

    @Test
    void shouldWriteHeaderAndConfiguration() throws IOException {
        assertArrayEquals(Bytes.stream().array(),
                written(true, writer -> writer.start(Configuration.of("pc", 4096, null), 2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, 16})
    void shouldWriteAPageSizeThatIsNotTheSmallest(int bits) throws IOException {
        assertArrayEquals(Bytes.stream().subsection("target-page-bits").u32(bits).array(),
                written(true, writer -> writer.start(Configuration.of("pc", 1 << bits, null), 2)));
    }

    @Test
    void shouldCountTheMachineTypesBytes() throws IOException {
        assertArrayEquals(Bytes.of().hex("5145564d 00000003 07 00000003 e4b896").array(),
                written(true, writer -> writer.start(Configuration.of("\u4e16", 4096, null), 2)));
    }

    @Test
    void shouldWriteCommands() throws IOException {
        assertArrayEquals(Bytes.of().hex("08 0001 0000").hex("08 0002 0004 00000001").hex("08 0002 0004 fffffffe")
                .array(), written(true, writer -> {
                    writer.openReturnPath();
                    writer.ping(-2);
                }));
    }

    @Test
    void shouldWriteRoundsByTheFlushRule() throws IOException {
        assertArrayEquals(Bytes.of().ram(true).part().end(true).hex("08 000b 0000").last().end(true).array(),
                written(true, writer -> {
                    writer.ramStart(blocks);
                    writer.ramPart();
                    writer.endRound();
                    writer.ramEnd();
                    writer.endRound();
                }));
    }

    /** QEMU before 8.1 knows neither MULTIFD_FLUSH nor the command before the last round. */
    @Test
    void shouldWriteRoundsByTheEosRule() throws IOException {
        assertArrayEquals(Bytes.of().ram(false).part().end(false).last().end(false).array(), written(false, writer -> {
            writer.ramStart(blocks);
            writer.ramPart();
            writer.endRound();
            writer.ramEnd();
            writer.endRound();
        }));
    }

    @Test
    void shouldNameABlockOnceInASection() throws IOException {
        assertArrayEquals(Bytes.of().part().u64(4096 | Bytes.ZERO).counted("b").u8(0).u64(Bytes.ZERO | Bytes.CONTINUE)
                .u8(0)
                .u64(4096 | Bytes.ZERO).counted("a").u8(0).end(false)
                .part().u64(Bytes.ZERO).counted("a").u8(0).end(false)
                .last().u64(4096 | Bytes.ZERO).counted("a").u8(0).end(false).array(), written(false, writer -> {
                    writer.ramPart();
                    writer.zeroPage(b, 4096);
                    writer.zeroPage(b, 0);
                    writer.zeroPage(a, 4096);
                    writer.endRound();
                    writer.ramPart();
                    writer.zeroPage(a, 0);
                    writer.endRound();
                    writer.ramEnd();
                    writer.zeroPage(a, 4096);
                    writer.endRound();
                }));
    }

    @Test
    void shouldWriteTheEnding() throws IOException {
        String json = "{\"page_size\": 4096, \"devices\": [{\"name\": \"multifd/state\", \"instance_id\": 0, "
                + "\"version\": 1, \"size\": 23}]}";
        assertArrayEquals(Bytes.of().hex("04 00000003").counted("multifd/state").u32(0).u32(1).u64(1000).u64(7).u32(3)
                .hex("0a0b0c").hex("7e 00000003").description(json).array(),
                written(true, writer ->
                        writer.end(DeviceTail.bytes(new DeviceTail.Ending(1000, 7, new byte[] {10, 11, 12}), 4096))));
    }

    /** More zero pages and more state than the writer's buffer holds, names of every length on the way. */
    @Test
    void shouldWriteMoreThanItsBufferHolds() throws IOException {
        RamBlock longName = block("n".repeat(255), 2, 4096);
        byte[] state = "state".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
        Bytes expected = Bytes.of().part();
        for (int i = 0; i < 500; i++) {
            expected.u64(Bytes.ZERO).counted("n".repeat(255)).u8(0).u64(4096 | Bytes.ZERO).counted("a").u8(0);
        }
        byte[] written = written(false, writer -> {
            writer.ramPart();
            for (int i = 0; i < 500; i++) {
                writer.zeroPage(longName, 0);
                writer.zeroPage(a, 4096);
            }
            writer.end(DeviceTail.bytes(new DeviceTail.Ending(1, 2, state), 4096));
        });
        ByteBuffer start = ByteBuffer.wrap(written, 0, expected.array().length);
        assertEquals(ByteBuffer.wrap(expected.array()), start);
        int at = start.limit() + 1 + 4 + 14 + 8 + 20;
        assertEquals(ByteBuffer.wrap(state), ByteBuffer.wrap(written, at, state.length));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldWriteWhatTheReaderReads(boolean flushRule) throws IOException {
        RamBlocks large = new RamBlocks(List.of(block("a", 2, 16384), block("b", 3, 16384)));
        byte[] stream = written(flushRule, writer -> {
            writer.start(Configuration.of("m", 16384, null), 2);
            writer.openReturnPath();
            writer.ramStart(large);
            writer.ramPart();
            writer.zeroPage(large.get(1), 32768);
            writer.endRound();
            writer.ramEnd();
            writer.zeroPage(large.get(1), 0);
            writer.endRound();
            writer.end(DeviceTail.bytes(new DeviceTail.Ending(3, 4, new byte[] {5}), 16384));
        });
        Reading reading = new Reading();
        DeviceTail.Ending ending = DeviceTail.ending(reading.read(stream));
        assertEquals(List.of("m page size 16384 capabilities [] uuid null", "open return path", "ping 1",
                "ram a=32768 b=49152", "sync", "zero 1@32768", "sync", "zero 1@0", "sync"), reading.said);
        assertEquals(3, ending.normalPages());
        assertEquals(4, ending.zeroPages());
        assertArrayEquals(new byte[] {5}, ending.state());
    }
}
