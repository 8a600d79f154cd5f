package org.multifd.core;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** A guest whose thread writes pages and marks them until it is paused. */
class TestGuest implements Guest, AutoCloseable {

    final GuestRam ram;
    final DirtyBitmap log;
    private final byte[] state;
    private final Thread thread;
    private volatile boolean running;
    private volatile boolean resumed;
    private final long seed;

    TestGuest(GuestRam ram, long seed, byte[] state) {
        this(ram, seed, state, true);
    }

    /** @param filled whether the RAM gets content, or keeps what it has */
    TestGuest(GuestRam ram, long seed, byte[] state, boolean filled) {
        this.ram = ram;
        this.log = new DirtyBitmap(ram);
        this.seed = seed;
        this.state = state;
        this.thread = new Thread(this::run, "test-guest");
        if (filled) {
            fill();
        }
    }

    static GuestRam ram(int pageSize, long... lengths) {
        GuestRam.Builder ram = GuestRam.builder(pageSize);
        for (int i = 0; i < lengths.length; i++) {
            ram.block("block" + i, lengths[i]);
        }
        return ram.build();
    }

    /** A third zero pages, a third text, a third noise. */
    private void fill() {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer page = ByteBuffer.allocate(ram.pageSize());
        for (String block : ram.blocks()) {
            for (long offset = 0; offset < ram.length(block); offset += ram.pageSize()) {
                int kind = random.nextInt(3);
                if (kind == 0) {
                    continue;
                }
                page.clear();
                while (page.remaining() >= 8) {
                    page.putLong(kind == 1 ? 0x7465787420202020L + random.nextInt(9) : random.nextLong());
                }
                ram.write(block, offset, page.flip());
            }
        }
    }

    TestGuest start() {
        running = true;
        thread.start();
        return this;
    }

    private void run() {
        SplittableRandom random = new SplittableRandom(seed + 1);
        ByteBuffer word = ByteBuffer.allocate(8);
        while (running) {
            String block = ram.blocks().get(random.nextInt(ram.blocks().size()));
            // A hot set: real guests write some pages often.
            long pages = Math.min(64, ram.length(block) / ram.pageSize());
            long offset = random.nextLong(pages) * ram.pageSize() + random.nextInt(ram.pageSize() / 8) * 8L;
            ram.write(block, offset, word.clear().putLong(random.nextInt(4) == 0 ? 0 : random.nextLong()).flip());
            log.mark(block, offset, 8);
        }
    }

    @Override
    public void pause() throws InterruptedException {
        running = false;
        if (thread.isAlive()) {
            thread.join();
        }
    }

    @Override
    public void resume() {
        resumed = true;
    }

    boolean resumed() {
        return resumed;
    }

    @Override
    public byte[] deviceState() {
        return state.clone();
    }

    @Override
    public void close() {
        running = false;
    }
}
