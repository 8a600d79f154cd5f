package org.multifd.core.internal.provider;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.multifd.core.internal.provider.layer.Failures;

/**
 * A provider's code, running where it can hang without harm: on a daemon thread of its own, which is awaited for so
 * long and no longer. The thread is never used again, so that what the code leaves in thread locals does not keep its
 * loader alive.
 */
final class ProviderCall<T> {

    static final int SECONDS = 5;

    /** Nothing came; the stack is that of the thread at that time. */
    static final class NoAnswer extends Exception {

        private static final long serialVersionUID = 1L;

        NoAnswer(StackTraceElement[] stack) {
            super("did not answer within " + SECONDS + " s");
            setStackTrace(stack);
        }
    }

    private final CountDownLatch answered = new CountDownLatch(1);
    private final Thread thread;
    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    private T answer;
    private Throwable failure;

    private ProviderCall(Callable<T> code) {
        thread = new Thread(null, () -> run(code), "multifd provider", 0, false);
        thread.setDaemon(true);
    }

    /** The code may look things up by the thread's context loader: that is the provider's own. */
    static <T> ProviderCall<T> start(ClassLoader loader, Callable<T> code) {
        ProviderCall<T> call = new ProviderCall<>(code);
        call.thread.setContextClassLoader(loader);
        call.thread.start();
        return call;
    }

    private void run(Callable<T> code) {
        try {
            answer = code.call();
        } catch (Throwable e) { // handed to the thread that waits
            failure = e;
        } finally {
            answered.countDown();
        }
    }

    /**
     * What the code returned or threw, within so long of its start. An interrupt of the waiting thread is kept for
     * later: this does not take long.
     */
    T await() throws Throwable {
        boolean interrupted = false;
        boolean done = answered.getCount() == 0;
        for (long left = end - System.nanoTime(); !done && left > 0; left = end - System.nanoTime()) {
            try {
                done = answered.await(left, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!done) {
            throw new NoAnswer(thread.getStackTrace());
        }
        if (failure != null) {
            Failures.passFatal(failure);
            throw failure;
        }
        return answer;
    }
}
