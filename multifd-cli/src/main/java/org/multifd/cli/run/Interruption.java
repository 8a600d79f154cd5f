package org.multifd.cli.run;

/** Whether a command has ended or was interrupted, whichever came first, and what has to be cancelled then. */
public final class Interruption {

    private enum State { RUNNING, ENDED, INTERRUPTED }

    private State state = State.RUNNING;
    private Runnable cancel = () -> { };

    /** Says what an interrupt cancels from now on; it is cancelled at once if the interrupt has been. */
    public void onInterrupt(Runnable action) {
        synchronized (this) {
            cancel = action;
            if (state != State.INTERRUPTED) {
                return;
            }
        }
        action.run();
    }

    /** @return false if the command was interrupted before */
    public synchronized boolean end() {
        if (state == State.RUNNING) {
            state = State.ENDED;
        }
        return state == State.ENDED;
    }

    /** @return what to cancel, or null if the command has ended already */
    public synchronized Runnable interrupt() {
        if (state != State.RUNNING) {
            return null;
        }
        state = State.INTERRUPTED;
        return cancel;
    }
}
