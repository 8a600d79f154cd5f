package org.multifd.core.internal.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamHandler;
import org.multifd.core.internal.stream.MainStreamReader;

/** What a relay has passed on of main whenever it waits for more of it. */
class GateTest {

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final List<Integer> marks = new ArrayList<>();

    /** A source that synchronises at EOS: it sends up to EOS, and the footer with the next section. */
    private byte[] recorded() throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        out.writeInt(3);
        out.writeByte(1);
        out.writeInt(2);
        out.writeByte(3);
        out.writeBytes("ram");
        out.writeInt(0);
        out.writeInt(4);
        out.writeLong(1 << 20 | 4);
        out.writeByte(1);
        out.writeBytes("r");
        out.writeLong(1 << 20);
        for (int section = 0; section < 3; section++) {
            out.writeLong(0x10);
            marks.add(out.size());
            out.writeByte(0x7e);
            out.writeInt(2);
            if (section < 2) {
                out.writeByte(section == 0 ? 2 : 3);
                out.writeInt(2);
            }
        }
        return stream.toByteArray();
    }

    @Test
    void shouldHavePassedAMarkOnBeforeItWaitsForTheFooterBehindIt() throws IOException {
        byte[] all = recorded();
        List<Integer> ends = new ArrayList<>(marks);
        ends.add(all.length);
        int[] at = new int[2];
        Gate gate = new Gate(into -> {
            assertArrayEquals(Arrays.copyOf(all, at[0]), passed.toByteArray(), "before more is waited for");
            int end = ends.get(at[1]++);
            into.put(all, at[0], end - at[0]);
            int n = end - at[0];
            at[0] = end;
            return n;
        }, bytes -> {
            while (bytes.hasRemaining()) {
                passed.write(bytes.get());
            }
        }, Integer.BYTES);
        new MainStreamReader(gate, 4096, 0, new Accepting(gate)).readRam();
        gate.passOn();
        assertArrayEquals(all, passed.toByteArray());
    }

    private record Accepting(Gate gate) implements MainStreamHandler {

        @Override
        public void configuration(Configuration configuration) {
            // there is none
        }

        @Override
        public void openReturnPath() {
            // there is none
        }

        @Override
        public void ping(int value) {
            // there is none
        }

        @Override
        public void ramList(List<BlockEntry> blocks) {
            // not looked at
        }

        @Override
        public void zeroPage(int block, long offset) {
            // there is none
        }

        @Override
        public void page(int block, long offset, ByteBuffer page) {
            // there is none
        }

        @Override
        public void sync() throws IOException {
            gate.passOn();
        }

        @Override
        public void accepted(long position) {
            gate.accept(position);
        }
    }
}
