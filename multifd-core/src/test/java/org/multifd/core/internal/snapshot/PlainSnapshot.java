package org.multifd.core.internal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A mapped-ram file, read by its description and by nothing of the project's. */
public final class PlainSnapshot implements AutoCloseable {

    private static final int PAGE = 4096;
    private static final int BITMAP_ALIGNMENT = 8;

    /** A block of the list: absolute offsets. */
    public record Block(String name, long length, long entry, long bitmap, long pages) {
    }

    private final RandomAccessFile file;
    public final String machine;
    /** The configuration's subsections by name, in their order. */
    public final Map<String, Object> subsections = new LinkedHashMap<>();
    public final Map<String, Block> blocks = new LinkedHashMap<>();
    public final int ramId;
    public int parts;
    public final List<Integer> commands = new ArrayList<>();
    public final byte[] tail;

    public PlainSnapshot(Path path) throws IOException {
        this(path, 0);
    }

    public PlainSnapshot(Path path, long offset) throws IOException {
        file = new RandomAccessFile(path.toFile(), "r");
        file.seek(offset);
        assertEquals(0x5145564D, file.readInt(), "magic");
        assertEquals(3, file.readInt(), "version");
        int type = file.readUnsignedByte();
        if (type == 7) {
            machine = text(file.readInt());
            type = file.readUnsignedByte();
            while (type == 5) {
                readSubsection();
                type = file.readUnsignedByte();
            }
        } else {
            machine = null;
        }
        assertEquals(1, type, "RAM's start");
        ramId = file.readInt();
        assertEquals("ram", text(file.readUnsignedByte()));
        assertEquals(0, file.readInt(), "instance");
        assertEquals(4, file.readInt(), "version of ram");
        readList();
        readEndOfSection();
        readSections();
        tail = new byte[Math.toIntExact(file.length() - file.getFilePointer())];
        file.readFully(tail);
    }

    private String text(int length) throws IOException {
        byte[] bytes = new byte[length];
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void readSubsection() throws IOException {
        String name = text(file.readUnsignedByte());
        assertEquals(1, file.readInt(), name);
        switch (name) {
            case "configuration/target-page-bits" -> subsections.put(name, file.readInt());
            case "configuration/capabilities" -> {
                List<String> names = new ArrayList<>();
                for (int left = file.readInt(); left > 0; left--) {
                    names.add(text(file.readUnsignedByte()));
                }
                subsections.put(name, names);
            }
            case "configuration/uuid" -> subsections.put(name,
                    Long.toHexString(file.readLong()) + Long.toHexString(file.readLong()));
            default -> throw new AssertionError(name);
        }
    }

    private void readList() throws IOException {
        long total = file.readLong();
        assertEquals(4, total & 0xfff, "a list of blocks");
        long left = total & ~0xfffL;
        while (left > 0) {
            long entry = file.getFilePointer();
            String name = text(file.readUnsignedByte());
            long length = file.readLong();
            assertEquals(1, file.readInt(), "version of the header of " + name);
            assertEquals(PAGE, file.readLong(), "page size of " + name);
            Block block = new Block(name, length, entry, file.readLong(), file.readLong());
            assertEquals(file.getFilePointer(), block.bitmap, "the bitmap of " + name + " follows");
            assertEquals(0, block.pages % (1 << 20), "the pages of " + name + " are aligned");
            long bitmapEnd = block.bitmap + bitmapBytes(block);
            assertTrue(block.pages >= bitmapEnd && block.pages - bitmapEnd < 1 << 20, "the pages of " + name
                    + " come next");
            blocks.put(name, block);
            file.seek(block.pages + length);
            left -= length;
        }
        assertEquals(0, left);
    }

    private static long bitmapBytes(Block block) {
        long bits = block.length / PAGE;
        long bytes = (bits + 7) / 8;
        return (bytes + BITMAP_ALIGNMENT - 1) / BITMAP_ALIGNMENT * BITMAP_ALIGNMENT;
    }

    private void readSections() throws IOException {
        while (true) {
            int type = file.readUnsignedByte();
            if (type == 8) {
                commands.add(file.readUnsignedShort());
                assertEquals(0, file.readUnsignedShort(), "a command's length");
                continue;
            }
            assertTrue(type == 2 || type == 3, "section type " + type);
            assertEquals(ramId, file.readInt(), "RAM's section id");
            readEndOfSection();
            if (type == 3) {
                return;
            }
            parts++;
        }
    }

    private void readEndOfSection() throws IOException {
        assertEquals(0x10, file.readLong(), "EOS and nothing before it");
        assertEquals(0x7E, file.readUnsignedByte(), "a footer");
        assertEquals(ramId, file.readInt(), "a footer");
    }

    public boolean isPresent(String block, long page) throws IOException {
        file.seek(blocks.get(block).bitmap + page / 8);
        return (file.readUnsignedByte() >> page % 8 & 1) != 0;
    }

    public long present(String block) throws IOException {
        file.seek(blocks.get(block).bitmap);
        long count = 0;
        for (long left = bitmapBytes(blocks.get(block)); left > 0; left--) {
            count += Integer.bitCount(file.readUnsignedByte());
        }
        return count;
    }

    /** A page as QEMU would load it: zero if its bit is not set, whatever lies in its place. */
    public byte[] page(String block, long page) throws IOException {
        byte[] bytes = new byte[PAGE];
        if (isPresent(block, page)) {
            file.seek(blocks.get(block).pages + page * PAGE);
            file.readFully(bytes);
        }
        return bytes;
    }

    /** A whole block as QEMU would load it. */
    public byte[] ram(String name) throws IOException {
        byte[] ram = new byte[Math.toIntExact(blocks.get(name).length)];
        for (int page = 0; page < ram.length / PAGE; page++) {
            System.arraycopy(page(name, page), 0, ram, page * PAGE, PAGE);
        }
        return ram;
    }

    public long size() throws IOException {
        return file.length();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
