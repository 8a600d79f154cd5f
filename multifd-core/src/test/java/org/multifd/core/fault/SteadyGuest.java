package org.multifd.core.fault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;

/** A small guest that writes nothing but some pages in the moment it is paused: its migration is the same every time. */
final class SteadyGuest implements Guest, DirtyLog {

    static final int PAGE = 4096;
    static final byte[] STATE = "the devices' state".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, Integer> SHAPE = new LinkedHashMap<>();

    static {
        SHAPE.put("pc.ram", 1_536 * 1024);
        SHAPE.put("vga", 640 * 1024);
        SHAPE.put("rom", 2 * PAGE);
    }

    final GuestRam ram;
    private final Map<String, BitSet> marks = new HashMap<>();
    private int paused;
    private int resumed;

    SteadyGuest(GuestRam ram) {
        this.ram = ram;
        SHAPE.keySet().forEach(block -> marks.put(block, new BitSet()));
        write(1, 1);
    }

    static GuestRam newRam() {
        GuestRam.Builder ram = GuestRam.builder(PAGE);
        SHAPE.forEach((name, length) -> ram.block(name, ByteBuffer.allocateDirect(length)));
        return ram.build();
    }

    /** A quarter of the pages each: zero, one word, text, noise. */
    private void write(int seed, int every) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        SHAPE.forEach((block, length) -> {
            for (int number = 0; number < length / PAGE; number += every) {
                long word = random.nextLong();
                int kind = random.nextInt(4);
                page.clear();
                while (page.hasRemaining()) {
                    page.putLong(kind == 0 ? 0 : kind == 1 ? word : kind == 2 ? 0x6f66207061676573L + random.nextInt(4) : random.nextLong());
                }
                ram.write(block, (long) number * PAGE, page.flip());
                marks.get(block).set(number);
            }
        });
    }

    @Override
    public void getAndClear(String block, BitSet dirty) {
        dirty.or(marks.get(block));
        marks.get(block).clear();
    }

    @Override
    public void putBack(String block, BitSet pages) {
        marks.get(block).or(pages);
    }

    @Override
    public void pause() {
        paused++;
        write(1 + paused, 23);
    }

    @Override
    public void resume() {
        resumed++;
    }

    /** Whether it runs as often as it was paused in vain. */
    boolean runs() {
        return paused == resumed;
    }

    @Override
    public byte[] deviceState() {
        return STATE.clone();
    }
}
