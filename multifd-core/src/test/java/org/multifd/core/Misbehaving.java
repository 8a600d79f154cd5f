package org.multifd.core;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/**
 * A provider that misbehaves once, at the first call of one operation, and notes how all of its operations are called.
 */
final class Misbehaving extends PlainMethod {

    /** What a provider is called for. */
    enum Operation {
        SEND_SETUP("sendSetup"), PREPARE("prepare"), SENDER_CLOSE("close"), RECV_SETUP("recvSetup"), RECV("recv"),
        RECEIVER_CLOSE("close"), SENDER_ROUND("endOfRound"), RECEIVER_ROUND("endOfRound"), AVAILABILITY("availability");

        final String shown;

        Operation(String shown) {
            this.shown = shown;
        }

        boolean isSetUp() {
            return this == SEND_SETUP || this == RECV_SETUP;
        }

        boolean isClose() {
            return this == SENDER_CLOSE || this == RECEIVER_CLOSE;
        }
    }

    /** What it does instead. */
    enum Misbehaviour {
        EXCEPTION, ERROR, STACK_OVERFLOW, OUT_OF_MEMORY, METHOD_EXCEPTION, GIANT_MESSAGE, UNREADABLE,
        NULL, NEVER_RETURNS, INTERRUPT, OTHER_LOADER;

        /** Whether the call does its work all the same. */
        boolean works() {
            return this == INTERRUPT || this == OTHER_LOADER;
        }
    }

    final AtomicInteger setUps = new AtomicInteger();
    final AtomicInteger closes = new AtomicInteger();
    /** What a call found that it should not find. */
    final List<String> found = new CopyOnWriteArrayList<>();
    private final Operation operation;
    private final Misbehaviour misbehaviour;
    private final AtomicBoolean armed = new AtomicBoolean(true);
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile Thread stuck;

    Misbehaving(String name, Operation operation, Misbehaviour misbehaviour) {
        super(name);
        this.operation = operation;
        this.misbehaviour = misbehaviour;
    }

    /** Whether the operation was reached. */
    boolean hasMisbehaved() {
        return !armed.get();
    }

    /** Lets a call that does not return return after all, and its thread end, and the one that has told of it. */
    void letGo() throws InterruptedException {
        release.countDown();
        if (stuck != null) {
            stuck.join();
        }
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (each.getName().equals("multifd-overdue")) {
                each.join();
            }
        }
    }

    private boolean misbehaves(Operation now, Misbehaviour how) {
        return operation == now && misbehaviour == how && armed.compareAndSet(true, false);
    }

    private void enter(Operation now, Thread owner) throws MultiFDException {
        if (Thread.currentThread() != owner) {
            found.add(now + " on " + Thread.currentThread() + ", set up on " + owner);
        }
        if (Thread.currentThread().isInterrupted()) {
            found.add(now + " with an interrupt");
        }
        if (Thread.currentThread().getContextClassLoader() != getClass().getClassLoader()) {
            found.add(now + " with another context class loader");
        }
        for (Misbehaviour each : Misbehaviour.values()) {
            if (each != Misbehaviour.NULL && misbehaves(now, each)) {
                misbehave(each);
            }
        }
    }

    private void misbehave(Misbehaviour how) throws MultiFDException {
        switch (how) {
            case EXCEPTION -> throw new IllegalStateException("a bug");
            case ERROR -> throw new AssertionError("a bug");
            case STACK_OVERFLOW -> throw new StackOverflowError();
            case OUT_OF_MEMORY -> throw new OutOfMemoryError("no room");
            case METHOD_EXCEPTION -> throw new MultiFDException("cannot");
            case UNREADABLE -> throw new Unreadable();
            case GIANT_MESSAGE -> throw new MultiFDException("\u001b[2J" + "x".repeat(6 << 20));
            case INTERRUPT -> Thread.currentThread().interrupt();
            case OTHER_LOADER -> Thread.currentThread().setContextClassLoader(new ClassLoader() { });
            default -> hang();
        }
    }

    /** Fails when it is asked for its message, as whoever prints it does. */
    private static final class Unreadable extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalArgumentException("no message");
        }
    }

    private void hang() {
        stuck = Thread.currentThread();
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException e) {
                found.add("interrupted while it hung");
            }
        }
    }

    @Override
    public Availability availability() {
        if (misbehaves(Operation.AVAILABILITY, Misbehaviour.NULL)) {
            return null;
        }
        try {
            enter(Operation.AVAILABILITY, Thread.currentThread());
        } catch (MultiFDException e) {
            throw new IllegalStateException(e);
        }
        return super.availability();
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        Thread owner = Thread.currentThread();
        enter(Operation.SEND_SETUP, owner);
        if (misbehaves(Operation.SEND_SETUP, Misbehaviour.NULL)) {
            return null;
        }
        setUps.incrementAndGet();
        MultiFDSender plain = super.sendSetup(params);
        return new MultiFDSender() {
            @Override
            public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                enter(Operation.PREPARE, owner);
                plain.prepare(pages, out);
            }

            @Override
            public void endOfRound() throws MultiFDException {
                enter(Operation.SENDER_ROUND, owner);
            }

            @Override
            public void close() throws MultiFDException {
                closes.incrementAndGet();
                enter(Operation.SENDER_CLOSE, owner);
            }
        };
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        Thread owner = Thread.currentThread();
        enter(Operation.RECV_SETUP, owner);
        if (misbehaves(Operation.RECV_SETUP, Misbehaviour.NULL)) {
            return null;
        }
        setUps.incrementAndGet();
        MultiFDReceiver plain = super.recvSetup(params);
        return new MultiFDReceiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                enter(Operation.RECV, owner);
                plain.recv(pages, in);
            }

            @Override
            public void endOfRound() throws MultiFDException {
                enter(Operation.RECEIVER_ROUND, owner);
            }

            @Override
            public void close() {
                closes.incrementAndGet();
                try {
                    enter(Operation.RECEIVER_CLOSE, owner);
                } catch (MultiFDException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
