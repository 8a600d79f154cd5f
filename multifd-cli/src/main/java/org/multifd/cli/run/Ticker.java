package org.multifd.cli.run;

/** Does something every so often until it is closed; nothing is done any more when {@code close} has returned. */
public final class Ticker implements AutoCloseable {

    private final long periodMillis;
    private final Runnable action;
    private final Thread thread = new Thread(this::tick, "progress");
    private boolean closed;

    public Ticker(long periodMillis, Runnable action) {
        this.periodMillis = periodMillis;
        this.action = action;
        thread.setDaemon(true);
        thread.start();
    }

    private synchronized void tick() {
        try {
            wait(periodMillis);
            while (!closed) {
                action.run();
                wait(periodMillis);
            }
        } catch (InterruptedException e) {
            // nobody interrupts it but the end of the JVM
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
