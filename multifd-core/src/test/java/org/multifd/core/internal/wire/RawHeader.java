package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A header put together by hand from wire-format 3: one good page packet, in which a test spoils what it is about. */
final class RawHeader {

    static final int FLAGS = 8;
    static final int ALLOCATED = 12;
    static final int NORMAL = 16;
    static final int PAYLOAD = 20;
    static final int PACKET_NUM = 24;
    static final int ZERO = 32;
    static final int NAME = 64;
    static final int OFFSETS = 320;

    /** The guest's blocks: index 0 to 2. */
    static final BlockTable BLOCKS = new Blocks("pc.ram", 16L << 20, "tiny", 100L, "huge", 5L << 32);

    final int pageSize;
    final ByteBuffer bytes;

    RawHeader() {
        this(4096);
    }

    /** Two normal pages and one zero page of pc.ram. */
    RawHeader(int pageSize) {
        this.pageSize = pageSize;
        int count = 512 * 1024 / pageSize;
        this.bytes = ByteBuffer.allocate(OFFSETS + 8 * count);
        u32(0, 0x11223344).u32(4, 1).u32(FLAGS, 0x04).u32(ALLOCATED, count);
        u32(NORMAL, 2).u32(PAYLOAD, 5000).u64(PACKET_NUM, 77).u32(ZERO, 1);
        name("pc.ram").offset(0, 3L * pageSize).offset(1, 0).offset(2, 5L * pageSize);
    }

    RawHeader u32(int at, int value) {
        bytes.putInt(at, value);
        return this;
    }

    RawHeader u64(int at, long value) {
        bytes.putLong(at, value);
        return this;
    }

    RawHeader offset(int page, long value) {
        return u64(OFFSETS + 8 * page, value);
    }

    RawHeader name(String name) {
        return name(name.getBytes(StandardCharsets.UTF_8));
    }

    /** The field's first bytes; the rest becomes NUL. */
    RawHeader name(byte[] name) {
        bytes.put(NAME, new byte[256]);
        bytes.put(NAME, name);
        return this;
    }

    PacketHeader decode() throws WireException {
        PacketHeader header = new PacketHeader(pageSize);
        header.decode(bytes.position(0), BLOCKS);
        return header;
    }

    /** The error's text. */
    String refusal() {
        return assertThrows(WireException.class, this::decode).getMessage();
    }

    /** Blocks by name and length. */
    static final class Blocks implements BlockTable {

        private final Map<Integer, byte[]> names = new HashMap<>();
        private final Map<Integer, Long> lengths = new HashMap<>();

        Blocks(Object... namesAndLengths) {
            for (int i = 0; i < namesAndLengths.length; i += 2) {
                names.put(i / 2, ((String) namesAndLengths[i]).getBytes(StandardCharsets.UTF_8));
                lengths.put(i / 2, (Long) namesAndLengths[i + 1]);
            }
        }

        @Override
        public int find(ByteBuffer buffer, int start, int size) {
            byte[] wanted = Text.field(buffer, start, size);
            for (Map.Entry<Integer, byte[]> entry : names.entrySet()) {
                if (Arrays.equals(entry.getValue(), wanted)) {
                    return entry.getKey();
                }
            }
            return -1;
        }

        @Override
        public long usedLength(int block) {
            return lengths.get(block);
        }
    }
}
