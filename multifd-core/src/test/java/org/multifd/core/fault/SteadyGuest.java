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

/**
 * A small guest that writes nothing but some pages in the moment it is paused: its migration is the same every time.
 */
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
    /** Every mark there ever was: what the log has while no migration holds some, and none was successful. */
    private final Map<String, BitSet> marked = new HashMap<>();
    private int paused;
    private int resumed;

    SteadyGuest(GuestRam ram) {
        this.ram = ram;
        SHAPE.keySet().forEach(block -> {
            marks.put(block, new BitSet());
            marked.put(block, new BitSet());
        });
        write(1, 1, 3); // the log has not been there from the beginning on: a first round is of more than its marks
    }

    static GuestRam newRam() {
        GuestRam.Builder ram = GuestRam.builder(PAGE);
        SHAPE.forEach((name, length) -> ram.block(name, ByteBuffer.allocateDirect(length)));
        return ram.build();
    }

    /**
     * A quarter of the pages each: zero, one word, text, noise.
     *
     * @param every which pages
     * @param logged which of them are marked
     */
    private void write(int seed, int every, int logged) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer page = ByteBuffer.allocate(PAGE);
        SHAPE.forEach((block, length) -> {
            for (int number = 0; number < length / PAGE; number += every) {
                long word = random.nextLong();
                int kind = random.nextInt(4);
                page.clear();
                while (page.hasRemaining()) {
                    page.putLong(kind == 0 ? 0 : kind == 1 ? word : kind == 2 ? 0x6f66207061676573L + random.nextInt(4)
                            : random.nextLong());
                }
                ram.write(block, (long) number * PAGE, page.flip());
                if (number / every % logged == 0) {
                    marks.get(block).set(number);
                    marked.get(block).set(number);
                }
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
        write(1 + paused, 23, 1);
    }

    @Override
    public void resume() {
        resumed++;
    }

    /** Blocks, and how many marks of theirs were taken and did not come back; empty if all did. */
    Map<String, Integer> missingMarks() {
        Map<String, Integer> missing = new HashMap<>();
        marked.forEach((block, all) -> {
            BitSet pages = (BitSet) all.clone();
            pages.andNot(marks.get(block));
            if (!pages.isEmpty()) {
                missing.put(block, pages.cardinality());
            }
        });
        return missing;
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
