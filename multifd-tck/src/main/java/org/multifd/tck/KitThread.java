package org.multifd.tck;

/** A thread of the kit's own, so that rule 4.4 can tell it from a method's. */
final class KitThread extends Thread {

    KitThread(ThreadGroup group, String name, Runnable work) {
        super(group, work, name);
        setDaemon(true);
    }
}
