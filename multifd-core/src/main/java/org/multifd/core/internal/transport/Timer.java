package org.multifd.core.internal.transport;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's one timer: a daemon thread that runs short tasks at their time and ends when there is none. A task must
 * not block; what blocks gets a thread of its own. Once {@link #close} has returned, the task does not run any more.
 */
public final class Timer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Timer.class);

    private static final ScheduledThreadPoolExecutor SHARED = shared();

    private final Runnable task;
    private Future<?> future;
    private boolean closed;
    private boolean expired;

    private Timer(Runnable task) {
        this.task = task;
    }

    private static ScheduledThreadPoolExecutor shared() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Timer::thread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(1, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** It outlives the migration that happens to start it, and must not hold on to that one's class loader. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "org.multifd.core timer", 0, false);
        thread.setContextClassLoader(null);
        thread.setDaemon(true);
        return thread;
    }

    /** Runs the task once, unless the timer is closed before: say, to close a socket that blocks its reader. */
    public static Timer after(int millis, Runnable task) {
        Timer timer = new Timer(task);
        synchronized (timer) {
            timer.future = SHARED.schedule(timer::run, millis, TimeUnit.MILLISECONDS);
        }
        return timer;
    }

    /** Runs the task again and again, first after one interval. */
    public static Timer every(int millis, Runnable task) {
        Timer timer = new Timer(task);
        synchronized (timer) {
            timer.future = SHARED.scheduleWithFixedDelay(timer::run, millis, millis, TimeUnit.MILLISECONDS);
        }
        return timer;
    }

    private synchronized void run() {
        if (closed) {
            return;
        }
        expired = true;
        try {
            task.run();
        } catch (RuntimeException | Error e) { // no memory for a thread, say: the next time may do
            LOG.error("a timer's task failed", e);
        }
    }

    /** Whether the task has run. */
    public synchronized boolean expired() {
        return expired;
    }

    @Override
    public synchronized void close() {
        closed = true;
        future.cancel(false);
    }
}
