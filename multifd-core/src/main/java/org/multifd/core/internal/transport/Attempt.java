package org.multifd.core.internal.transport;

/** Something that is not connected yet: it can be ended from any thread, until it has succeeded. */
final class Attempt {

    private final Runnable closing;
    private boolean over;

    Attempt(Runnable closing) {
        this.closing = closing;
    }

    synchronized void succeeded() {
        over = true;
    }

    synchronized void end() {
        if (!over) {
            closing.run();
        }
    }
}
