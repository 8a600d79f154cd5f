package live;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;

/** Counts in off-heap memory, without end: the count goes to the next page each time. */
final class Counter implements Guest {

    private static final String BLOCK = "counts";
    private static final int PAGE_SIZE = 4096;
    private static final int PAGES = 4096;

    private final GuestRam ram;
    private final DirtyBitmap dirty;
    private long count;
    private volatile boolean running;
    private Thread thread;

    /** A new one. */
    Counter() {
        this(GuestRam.builder(PAGE_SIZE).block(BLOCK, (long) PAGES * PAGE_SIZE).build(), new byte[Long.BYTES]);
    }

    /** One that goes on where another one was paused. */
    Counter(GuestRam ram, byte[] state) {
        this.ram = ram;
        this.dirty = new DirtyBitmap(ram);
        this.count = ByteBuffer.wrap(state).getLong();
    }

    GuestRam ram() {
        return ram;
    }

    DirtyLog dirty() {
        return dirty;
    }

    long count() {
        return count;
    }

    private static long offset(long count) {
        return count % PAGES * PAGE_SIZE;
    }

    private void run() {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
        while (running) {
            ram.write(BLOCK, offset(count), word.clear().putLong(count).flip());
            dirty.mark(BLOCK, offset(count), Long.BYTES); // after the write, never before it
            count++;
            LockSupport.parkNanos(20_000);
        }
    }

    @Override
    public void resume() {
        running = true;
        thread = new Thread(this::run);
        thread.start();
    }

    @Override
    public void pause() throws InterruptedException {
        running = false;
        thread.join();
    }

    @Override
    public byte[] deviceState() {
        return ByteBuffer.allocate(Long.BYTES).putLong(count).array();
    }

    /** Whether every count is where it was written. */
    boolean intact() {
        ByteBuffer word = ByteBuffer.allocate(Long.BYTES);
        for (long each = Math.max(0, count - PAGES); each < count; each++) {
            ram.read(BLOCK, offset(each), word.clear());
            if (word.getLong(0) != each) {
                return false;
            }
        }
        return true;
    }
}
