package org.multifd.core.internal.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a mapped-ram file in the plainest way, sparse: an independent hand for the tests (wire-format 7). */
public final class SnapshotFile {

    /** Behind RAM: one device of two bytes, end of file, the description. */
    public static final byte[] TAIL = tail();

    public String machine = "pc-i440fx-7.2";
    public int pageSize = 4096;
    public int alignment = 4096;
    public int ramId = 2;
    public List<String> capabilities = List.of("mapped-ram");
    /** Between the capabilities and RAM. */
    public byte[] more = {};
    public byte[] tail = TAIL;
    public boolean switchoverStart;
    private final List<Block> blocks = new ArrayList<>();

    /** Positions of what was written, by name: "bitmap pc.ram", "end of RAM"; for those who damage it. */
    public final Map<String, Long> positions = new TreeMap<>();

    private record Block(String name, long length, Map<Long, byte[]> pages) {
    }

    /** A block with these pages, by their numbers. */
    public SnapshotFile block(String name, long length, Map<Long, byte[]> pages) {
        blocks.add(new Block(name, length, pages));
        return this;
    }

    /** A block with these bytes; its zero pages are left out. */
    public SnapshotFile block(String name, byte[] content) {
        Map<Long, byte[]> pages = new TreeMap<>();
        byte[] zero = new byte[pageSize];
        for (int i = 0; i < content.length / pageSize; i++) {
            byte[] page = Arrays.copyOfRange(content, i * pageSize, (i + 1) * pageSize);
            if (!Arrays.equals(page, zero)) {
                pages.put((long) i, page);
            }
        }
        return block(name, content.length, pages);
    }

    private static byte[] tail() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            device(out, 4, "timer", 0, new byte[] {7, 9});
            device(out, 1, "dma", 1, new byte[] {0, 6, 0});
            out.write(0);
            byte[] json = (
                    "{\"page_size\": 4096, \"devices\": [{\"name\": \"timer\", \"instance_id\": 0, \"vmsd_name\": "
                    + "\"timer\","
                    + " \"version\": 2, \"fields\": [{\"name\": \"x\", \"type\": \"uint8\", \"array_len\": 2, "
                    + "\"size\": 1}]},"
                    + " {\"name\": \"dma\", \"instance_id\": 1, \"fields\": [{\"name\": \"y\", \"type\": \"buffer\", "
                    + "\"size\": 3}]}]}").getBytes(StandardCharsets.US_ASCII);
            out.write(6);
            out.writeInt(json.length);
            out.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void device(DataOutputStream out, int id, String name, int instance, byte[] content)
            throws IOException {
        out.write(4);
        out.writeInt(id);
        counted(out, name);
        out.writeInt(instance);
        out.writeInt(2);
        out.write(content);
        out.write(0x7e);
        out.writeInt(id);
    }

    private static void counted(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length);
        out.write(bytes);
    }

    public Path write(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeBytes("QEVM");
            out.writeInt(3);
            out.write(7);
            out.writeInt(machine.length());
            out.writeBytes(machine);
            if (!capabilities.isEmpty()) {
                out.write(5);
                counted(out, "configuration/capabilities");
                out.writeInt(1);
                out.writeInt(capabilities.size());
                for (String capability : capabilities) {
                    counted(out, capability);
                }
            }
            out.write(more);
            mark("start of RAM", bytes.size());
            out.write(1);
            out.writeInt(ramId);
            counted(out, "ram");
            out.writeInt(0);
            out.writeInt(4);
            out.writeLong(blocks.stream().mapToLong(Block::length).sum() | 4);
            long at = 0;
            for (Block block : blocks) {
                at = write(file, at, bytes, out, block);
            }
            out.writeLong(0x10);
            out.write(0x7e);
            out.writeInt(ramId);
            mark("part of RAM", at + bytes.size());
            section(out, 2);
            if (switchoverStart) {
                out.write(new byte[] {8, 0, 11, 0, 0});
            }
            mark("end of RAM", at + bytes.size());
            section(out, 3);
            mark("tail", at + bytes.size());
            out.write(tail);
            file.write(ByteBuffer.wrap(bytes.toByteArray()), at);
        }
        return path;
    }

    private void mark(String what, long position) {
        positions.put(what, position);
    }

    private void section(DataOutputStream out, int type) throws IOException {
        out.write(type);
        out.writeInt(ramId);
        out.writeLong(0x10);
        out.write(0x7e);
        out.writeInt(ramId);
    }

    private long write(FileChannel file, long at, ByteArrayOutputStream bytes, DataOutputStream out, Block block)
            throws IOException {
        mark("entry " + block.name, at + bytes.size());
        counted(out, block.name);
        out.writeLong(block.length);
        mark("header " + block.name, at + bytes.size());
        long count = block.length / pageSize;
        long bitmap = at + bytes.size() + 28;
        long bitmapBytes = (count + 63) / 64 * 8;
        long pages = (bitmap + bitmapBytes + alignment - 1) / alignment * alignment;
        out.writeInt(1);
        out.writeLong(pageSize);
        out.writeLong(bitmap);
        out.writeLong(pages);
        file.write(ByteBuffer.wrap(bytes.toByteArray()), at);
        bytes.reset();
        mark("bitmap " + block.name, bitmap);
        mark("pages " + block.name, pages);
        BitSet present = new BitSet();
        for (Map.Entry<Long, byte[]> page : block.pages.entrySet()) {
            present.set(page.getKey().intValue());
            file.write(ByteBuffer.wrap(page.getValue()), pages + page.getKey() * pageSize);
        }
        ByteBuffer words = ByteBuffer.allocate((int) bitmapBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : present.toLongArray()) {
            words.putLong(word);
        }
        file.write(words.clear(), bitmap);
        return pages + block.length;
    }
}
