package org.multifd.core.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole main stream taken apart by the letter of wire-format 5 and 6, without any of core's code: the independent
 * reader's half. It is for streams that are known to be good and checks only what it needs to find its way.
 */
public final class PlainMain {

    private static final int PAGE = 4096;

    /** A page on main: {@code position} is where its bytes are, -1 for a zero page. */
    public record Record(int round, String block, long offset, int position) {
    }

    public final byte[] bytes;
    public final Map<String, Integer> blocks = new LinkedHashMap<>();
    public final List<Record> records = new ArrayList<>();
    /** Where each section or command begins. */
    public final List<Integer> sections = new ArrayList<>();
    public final List<Integer> commands = new ArrayList<>();
    public boolean flushRule;
    public int ends;
    public int flushes;
    /** The position behind the footer of RAM's END. */
    public final int endOfRam;

    private final ByteBuffer in;
    private String last;

    private PlainMain(byte[] bytes) {
        this.bytes = bytes;
        this.in = ByteBuffer.wrap(bytes);
        require(in.getInt() == 0x5145564D && in.getInt() == 3, "QEVM, version 3");
        require(in.get() == 7, "a configuration");
        in.position(in.position() + 4 + in.getInt(in.position()));
        boolean ended = false;
        while (!ended) {
            sections.add(in.position());
            int type = in.get();
            switch (type) {
                case 1 -> {
                    in.getInt();
                    require(text().equals("ram") && in.getInt() == 0 && in.getInt() == 4, "ram, instance 0, version 4");
                    section();
                }
                case 2, 3 -> {
                    in.getInt();
                    section();
                    ended = type == 3;
                }
                case 8 -> {
                    commands.add((int) in.getShort());
                    in.position(in.position() + 2 + in.getShort(in.position()));
                }
                default -> require(false, "a section or a command, not " + type);
            }
        }
        endOfRam = in.position();
    }

    public static PlainMain parse(byte[] bytes) {
        return new PlainMain(bytes);
    }

    /** Marks of the stream's rule: there is a SYNC on every channel for each. */
    public int marks() {
        return flushRule ? flushes : ends;
    }

    private void require(boolean so, String expected) {
        if (!so) {
            throw new IllegalArgumentException("main stream before " + in.position() + ": expected " + expected);
        }
    }

    private String text() {
        byte[] text = new byte[in.get() & 0xFF];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private void section() {
        while (true) {
            long word = in.getLong();
            int flags = (int) (word & 0xFFF);
            long address = word & -0x1000;
            if (flags == 0x10) {
                ends++;
                require(in.get() == 0x7E, "a footer");
                in.getInt();
                return;
            } else if (flags == 0x200) {
                flushRule |= ends == 0;
                flushes++;
            } else if (flags == 0x04) {
                for (long sum = 0; sum < address;) {
                    String name = text();
                    int length = (int) in.getLong();
                    blocks.put(name, length);
                    sum += length;
                }
            } else {
                if ((flags & 0x20) == 0) {
                    last = text();
                }
                boolean zero = (flags & ~0x20) == 0x02;
                require(zero || (flags & ~0x20) == 0x08, "a zero page or a page");
                records.add(new Record(marks(), last, address, zero ? -1 : in.position()));
                in.position(in.position() + (zero ? 1 : PAGE));
            }
        }
    }

    /** The devices' state: all that follows RAM. */
    public byte[] tail() {
        return Arrays.copyOfRange(bytes, endOfRam, bytes.length);
    }
}
