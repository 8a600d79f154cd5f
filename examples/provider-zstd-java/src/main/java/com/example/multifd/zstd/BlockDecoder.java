package com.example.multifd.zstd;

import java.util.Arrays;
import org.multifd.api.MultiFDException;

/** Decodes compressed blocks (RFC 8878, 3.1.1.3), with what one of them leaves to the next one of its frame. */
final class BlockDecoder {

    private static final int[] LITERAL_BASES = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512,
        1024, 2048, 4096, 8192, 16384, 32768, 65536};
    private static final int[] LITERAL_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
        15, 16};
    private static final int[] MATCH_BASES = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771,
        65539};
    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1,
        2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int[] LITERAL_DEFAULT = {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1,
        -1};
    private static final int[] OFFSET_DEFAULT = {
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};
    private static final int[] MATCH_DEFAULT = {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};

    private final byte[] literals = new byte[FrameDecoder.BLOCK_LIMIT];
    private int literalCount;
    private HuffmanTable huffman;
    private FseTable literalLengths;
    private FseTable offsets;
    private FseTable matchLengths;
    private final int[] recent = new int[3];
    /** Where the block is read. */
    private int at;

    /** A frame begins. */
    void reset() {
        huffman = null;
        literalLengths = null;
        offsets = null;
        matchLengths = null;
        recent[0] = 1;
        recent[1] = 4;
        recent[2] = 8;
    }

    /**
     * Decodes one block.
     *
     * @param history the first byte of the output that may be referred to
     * @param to where the output goes on
     * @param limit where it has to end
     * @return where it ended
     */
    int decode(byte[] in, int start, int end, byte[] out, int history, int to, int limit) throws MultiFDException {
        at = start;
        readLiterals(in, end);
        demand(at < end, "no sequences");
        int count = in[at++] & 0xFF;
        if (count == 255) {
            count = (in[at] & 0xFF) + ((in[at + 1] & 0xFF) << 8) + 0x7F00;
            at += 2;
        } else if (count >= 128) {
            count = (count - 128 << 8) + (in[at++] & 0xFF);
        }
        if (count == 0) {
            demand(at == end, "bytes are left over");
            return rest(out, to, 0, limit);
        }
        int modes = in[at++];
        literalLengths = table(modes >> 6 & 3, in, end, literalLengths, 9, 6, LITERAL_DEFAULT);
        offsets = table(modes >> 4 & 3, in, end, offsets, 8, 5, OFFSET_DEFAULT);
        matchLengths = table(modes >> 2 & 3, in, end, matchLengths, 9, 6, MATCH_DEFAULT);
        demand(at < end, "no bits of sequences");
        return sequences(new BackwardBits(in, at, end), count, out, history, to, limit);
    }

    private int sequences(BackwardBits bits, int count, byte[] out, int history, int to, int limit)
            throws MultiFDException {
        int literal = 0;
        int position = to;
        int literalState = literalLengths.first(bits);
        int offsetState = offsets.first(bits);
        int matchState = matchLengths.first(bits);
        for (int i = count; i > 0; i--) {
            int offsetCode = offsets.symbol(offsetState);
            int literalCode = literalLengths.symbol(literalState);
            int matchCode = matchLengths.symbol(matchState);
            demand(offsetCode < 31 && literalCode < LITERAL_BASES.length && matchCode < MATCH_BASES.length,
                    "a sequence's code is none");
            int offset = (1 << offsetCode) + bits.read(offsetCode);
            int match = MATCH_BASES[matchCode] + bits.read(MATCH_BITS[matchCode]);
            int length = LITERAL_BASES[literalCode] + bits.read(LITERAL_BITS[literalCode]);
            if (i > 1) {
                literalState = literalLengths.next(literalState, bits);
                matchState = matchLengths.next(matchState, bits);
                offsetState = offsets.next(offsetState, bits);
            }
            demand(length <= literalCount - literal && bits.left() >= 0, "more literals than there are");
            if (length + match > limit - position) {
                throw FrameDecoder.tooMuch();
            }
            System.arraycopy(literals, literal, out, position, length);
            literal += length;
            position += length;
            offset = offset(offset, length);
            demand(offset > 0 && offset <= position - history, "a reference to before the beginning");
            position = copy(out, position, offset, match);
        }
        demand(bits.left() == 0, "bits are left over");
        return rest(out, position, literal, limit);
    }

    /** The literals behind the last sequence. */
    private int rest(byte[] out, int position, int literal, int limit) throws MultiFDException {
        int count = literalCount - literal;
        if (count > limit - position) {
            throw FrameDecoder.tooMuch();
        }
        System.arraycopy(literals, literal, out, position, count);
        return position + count;
    }

    private static int copy(byte[] out, int position, int offset, int length) {
        if (offset >= length) {
            System.arraycopy(out, position - offset, out, position, length);
        } else {
            for (int i = 0; i < length; i++) {
                out[position + i] = out[position - offset + i];
            }
        }
        return position + length;
    }

    /** The three offsets that were used last have short names. */
    private int offset(int value, int literalLength) {
        int index = value > 3 ? 3 : value - 1 + (literalLength == 0 ? 1 : 0);
        if (value <= 3 && index == 0) {
            return recent[0];
        }
        int offset = value > 3 ? value - 3 : index < 3 ? recent[index] : recent[0] - 1;
        if (index > 1) {
            recent[2] = recent[1];
        }
        recent[1] = recent[0];
        recent[0] = offset;
        return offset;
    }

    private FseTable table(int mode, byte[] in, int end, FseTable before, int mostLog, int log, int[] byDefault)
            throws MultiFDException {
        switch (mode) {
            case 0:
                return FseTable.of(log, byDefault);
            case 1:
                demand(at < end, "no symbol");
                return FseTable.of(in[at++] & 0xFF);
            case 2:
                FseTable.Description description = new FseTable.Description(in, at, end);
                FseTable table = description.read(mostLog, 64);
                at = description.end();
                return table;
            default:
                demand(before != null, "a table is used again that was not there");
                return before;
        }
    }

    private void readLiterals(byte[] in, int end) throws MultiFDException {
        int type = in[at] & 3;
        int format = in[at] >> 2 & 3;
        if (type < 2) {
            int header = format == 1 ? 2 : format == 3 ? 3 : 1;
            int size = word(in, header) >>> (header == 1 ? 3 : 4);
            at += header;
            demand(size <= literals.length && at + (type == 0 ? size : 1) <= end, "literals beyond the block's end");
            if (type == 0) {
                System.arraycopy(in, at, literals, 0, size);
            } else {
                Arrays.fill(literals, 0, size, in[at]);
            }
            at += type == 0 ? size : 1;
            literalCount = size;
            return;
        }
        int header = format < 2 ? 3 : format + 2;
        int bits = format < 2 ? 10 : format == 2 ? 14 : 18;
        long sizes = word(in, 4) & 0xFFFFFFFFL | (in[at + 4] & 0xFFL) << 32;
        int size = (int) (sizes >> 4) & (1 << bits) - 1;
        int stop = at + header + ((int) (sizes >> 4 + bits) & (1 << bits) - 1);
        at += header;
        demand(size <= literals.length && stop <= end && at < stop, "literals beyond the block's end");
        literalCount = size;
        if (type == 2) {
            HuffmanTable.Read read = HuffmanTable.read(in, at, stop);
            huffman = read.table();
            at = read.end();
        }
        demand(huffman != null, "a code is used again that was not there");
        if (format == 0) {
            huffman.decode(in, at, stop, literals, 0, size);
        } else {
            fourStreams(in, stop, size);
        }
        at = stop;
    }

    private void fourStreams(byte[] in, int stop, int size) throws MultiFDException {
        int next = at + 6;
        int each = (size + 3) / 4;
        demand(next <= stop && 3 * each <= size, "four streams that are not there");
        for (int i = 0; i < 4; i++) {
            int end = i == 3 ? stop : next + ((in[at + 2 * i] & 0xFF) | (in[at + 2 * i + 1] & 0xFF) << 8);
            demand(end <= stop, "four streams that are not there");
            huffman.decode(in, next, end, literals, i * each, i == 3 ? size : (i + 1) * each);
            next = end;
        }
    }

    private int word(byte[] in, int bytes) {
        int word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (in[at + i] & 0xFF) << 8 * i;
        }
        return word;
    }

    private static void demand(boolean holds, String otherwise) throws MultiFDException {
        if (!holds) {
            throw new MultiFDException("zstd: a block is corrupt: " + otherwise);
        }
    }
}
