package com.example.multifd.zstd;

import java.util.Arrays;
import org.multifd.api.MultiFDException;

/** The code of a block's literals (RFC 8878, 4.2). */
final class HuffmanTable {

    private static final int MOST_BITS = 11;

    private final byte[] symbols;
    private final byte[] lengths;
    private final int log;

    private HuffmanTable(int log) {
        this.log = log;
        symbols = new byte[1 << log];
        lengths = new byte[1 << log];
    }

    /** A table with the place behind its description. */
    record Read(HuffmanTable table, int end) {
    }

    static Read read(byte[] in, int start, int end) throws MultiFDException {
        int header = in[start] & 0xFF;
        int[] weights = new int[256];
        int count;
        int behind;
        if (header < 128) {
            behind = start + 1 + header;
            demand(behind <= end);
            count = compressed(in, start + 1, behind, weights);
        } else {
            count = header - 127;
            behind = start + 1 + (count + 1) / 2;
            demand(behind <= end);
            for (int i = 0; i < count; i++) {
                weights[i] = in[start + 1 + i / 2] >> (i % 2 == 0 ? 4 : 0) & 15;
            }
        }
        return new Read(of(weights, count), behind);
    }

    private static int compressed(byte[] in, int start, int end, int[] weights) throws MultiFDException {
        FseTable.Description description = new FseTable.Description(in, start, end);
        FseTable table = description.read(6, MOST_BITS + 2);
        BackwardBits bits = new BackwardBits(in, description.end(), end);
        int[] states = {table.first(bits), table.first(bits)};
        int count = 0;
        for (int turn = 0; bits.left() >= 0; turn ^= 1) {
            demand(count < 254);
            weights[count++] = table.symbol(states[turn]);
            states[turn] = table.next(states[turn], bits);
            if (bits.left() < 0) {
                weights[count++] = table.symbol(states[turn ^ 1]);
            }
        }
        return count;
    }

    /** The last symbol's weight is what is missing. */
    private static HuffmanTable of(int[] weights, int count) throws MultiFDException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            demand(weights[i] <= MOST_BITS);
            sum += weights[i] == 0 ? 0 : 1 << weights[i] - 1;
        }
        demand(sum > 0);
        int log = 32 - Integer.numberOfLeadingZeros(sum);
        int missing = (1 << log) - sum;
        demand(log <= MOST_BITS && Integer.bitCount(missing) == 1);
        weights[count] = Integer.numberOfTrailingZeros(missing) + 1;
        HuffmanTable table = new HuffmanTable(log);
        int code = 0;
        for (int weight = 1; weight <= log; weight++) {
            for (int symbol = 0; symbol <= count; symbol++) {
                if (weights[symbol] == weight) {
                    int next = code + (1 << weight - 1);
                    Arrays.fill(table.symbols, code, next, (byte) symbol);
                    Arrays.fill(table.lengths, code, next, (byte) (log + 1 - weight));
                    code = next;
                }
            }
        }
        demand(code == 1 << log);
        return table;
    }

    /** Decodes one stream, all of it. */
    void decode(byte[] in, int start, int end, byte[] out, int from, int to) throws MultiFDException {
        BackwardBits bits = new BackwardBits(in, start, end);
        int mask = (1 << log) - 1;
        int state = bits.read(log);
        for (int i = from; i < to; i++) {
            out[i] = symbols[state];
            int length = lengths[state];
            state = (state << length | bits.read(length)) & mask;
        }
        demand(bits.left() == -log);
    }

    private static void demand(boolean holds) throws MultiFDException {
        if (!holds) {
            throw new MultiFDException("zstd: the code of a block's literals is corrupt");
        }
    }
}
