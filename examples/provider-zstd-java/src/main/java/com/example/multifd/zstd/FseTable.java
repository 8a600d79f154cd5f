package com.example.multifd.zstd;

import java.util.Arrays;
import org.multifd.api.MultiFDException;

/** A table of finite state entropy (RFC 8878, 4.1): a state gives a symbol, and with some bits the next state. */
final class FseTable {

    private final byte[] symbols;
    private final byte[] bits;
    private final short[] bases;
    private final int log;

    private FseTable(int log) {
        this.log = log;
        symbols = new byte[1 << log];
        bits = new byte[1 << log];
        bases = new short[1 << log];
    }

    /** One symbol, always. */
    static FseTable of(int symbol) {
        FseTable table = new FseTable(0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    static FseTable of(int log, int... probabilities) throws MultiFDException {
        FseTable table = new FseTable(log);
        int size = 1 << log;
        int high = size;
        int[] next = new int[probabilities.length];
        for (int s = 0; s < probabilities.length; s++) {
            if (probabilities[s] == -1) {
                table.symbols[--high] = (byte) s;
                next[s] = 1;
            }
        }
        int position = 0;
        for (int s = 0; s < probabilities.length; s++) {
            for (int i = 0; i < probabilities[s]; i++) {
                next[s] = probabilities[s];
                table.symbols[position] = (byte) s;
                do {
                    position = position + (size >> 1) + (size >> 3) + 3 & size - 1;
                } while (position >= high);
            }
        }
        if (position != 0) {
            throw new MultiFDException("zstd: probabilities that do not fill their table");
        }
        for (int i = 0; i < size; i++) {
            int state = next[table.symbols[i] & 0xFF]++;
            table.bits[i] = (byte) (log - 31 + Integer.numberOfLeadingZeros(state));
            table.bases[i] = (short) ((state << table.bits[i]) - size);
        }
        return table;
    }

    int first(BackwardBits in) {
        return in.read(log);
    }

    int symbol(int state) {
        return symbols[state] & 0xFF;
    }

    int next(int state, BackwardBits in) {
        return bases[state] + in.read(bits[state]);
    }

    /** Reads the description of a table. */
    static final class Description {

        private final byte[] bytes;
        private final int start;
        private final int end;
        private int bit;

        Description(byte[] bytes, int start, int end) {
            this.bytes = bytes;
            this.start = start;
            this.end = end;
        }

        /** The first byte behind it. */
        int end() {
            return start + (bit + 7) / 8;
        }

        FseTable read(int mostLog, int mostSymbols) throws MultiFDException {
            int log = take(4) + 5;
            if (log > mostLog) {
                throw new MultiFDException("zstd: a table of 2^" + log + " states, expected at most 2^" + mostLog);
            }
            int remaining = 1 << log;
            int[] probabilities = new int[mostSymbols];
            int symbol = 0;
            while (remaining > 0) {
                int probability = probability(remaining);
                remaining -= Math.abs(probability);
                demandSymbol(symbol < mostSymbols);
                probabilities[symbol++] = probability;
                int repeat = probability == 0 ? 3 : 0;
                while (repeat == 3) {
                    repeat = take(2);
                    symbol += repeat;
                    demandSymbol(symbol <= mostSymbols);
                }
            }
            demandSymbol(remaining == 0 && end() <= end);
            return of(log, Arrays.copyOf(probabilities, symbol));
        }

        private static void demandSymbol(boolean holds) throws MultiFDException {
            if (!holds) {
                throw new MultiFDException("zstd: probabilities of more symbols than there are");
            }
        }

        private int probability(int remaining) throws MultiFDException {
            int count = 32 - Integer.numberOfLeadingZeros(remaining + 1);
            int value = take(count);
            int low = value & (1 << count - 1) - 1;
            int threshold = (1 << count) - 2 - remaining;
            if (low < threshold) {
                bit--;
                return low - 1;
            }
            return (value >= 1 << count - 1 ? value - threshold : value) - 1;
        }

        private int take(int count) throws MultiFDException {
            int value = 0;
            for (int i = 0; i < count; i++, bit++) {
                int at = start + bit / 8;
                value |= at < end ? (bytes[at] >> bit % 8 & 1) << i : 0; // what lies behind is refused at the end
            }
            if (bit > 8 * (end - start) + 32) {
                throw new MultiFDException("zstd: a table's description without an end");
            }
            return value;
        }
    }
}
