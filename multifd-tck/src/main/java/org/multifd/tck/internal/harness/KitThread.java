package org.multifd.tck.internal.harness;

/** A thread of the kit's own, so that rule 4.4 can tell it from a method's. */
public final class KitThread extends Thread {

    public KitThread(ThreadGroup group, String name, Runnable work) {
        super(group, work, name);
        setDaemon(true);
    }
}
