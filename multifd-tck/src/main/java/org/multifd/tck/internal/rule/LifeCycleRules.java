package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.KitThread;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 4: the life of a provider's objects, but for 4.4, which has {@link Leftovers}. */
final class LifeCycleRules {

    private static final int CONCURRENT_CHANNELS = 4;
    private static final int CONCURRENT_PACKETS = 40;

    private LifeCycleRules() {
    }

    /** 4.1: closing again does nothing, and memory is gone: native at once, all other with the next collection. */
    static String closing(Trial trial) {
        trial.calls().demandNoHang(Rule.RULE_2_6);
        Recording sent = new Recording(trial, 1, 1, Content.MIXED, 0);
        ChannelParams params = trial.params(0, 4096);
        for (boolean used : new boolean[] {false, true}) {
            try (Outgoing outgoing = trial.outgoing(params); Incoming incoming = trial.incoming(params)) {
                if (used) {
                    send(trial, outgoing);
                    receive(trial, incoming, sent.payload(0));
                }
                closeTwice(trial, outgoing, "the sender");
                closeTwice(trial, incoming, "the receiver");
            }
        }
        LeakMeter.Leftover sender = LeakMeter.perRound(trial.budget(), number -> {
            trial.watch().enter(() -> "sender " + number + ", set up and closed");
            try (Outgoing outgoing = trial.outgoing(params)) {
                send(trial, outgoing);
            }
        });
        demandFreed(trial, sender, "sender");
        byte[] half = Arrays.copyOf(sent.payload(0), (sent.payload(0).length + 1) / 2);
        LeakMeter.Leftover receiver = LeakMeter.perRound(trial.budget(), number -> {
            trial.watch().enter(() -> "receiver " + number + ", set up and closed");
            try (Incoming incoming = trial.incoming(params)) {
                receive(trial, incoming, number % 2 == 0 ? sent.payload(0) : half);
            }
        });
        demandFreed(trial, receiver, "receiver");
        String unseen = sender.unseen().isEmpty() ? receiver.unseen() : sender.unseen();
        return unseen.isEmpty() ? "less than " + Words.size(LeakMeter.VISIBLE_NATIVE) + " of native memory, or "
                + Words.size(LeakMeter.VISIBLE_JAVA) + " of heap or direct buffers, a channel is not seen" : unseen;
    }

    private static void closeTwice(Trial trial, AutoCloseable end, String what) {
        for (int time = 0; time < 3; time++) {
            try {
                end.close();
            } catch (Exception e) {
                if (e instanceof RuleFailed other && other.rule() != Rule.RULE_4_1) {
                    throw other;
                }
                throw trial.failed(what + (time == 0 ? " cannot be closed: " : " cannot be closed again: ")
                        + e.getMessage());
            }
        }
    }

    private static void demandFreed(Trial trial, LeakMeter.Leftover left, String what) {
        trial.demand(left.leaked().isEmpty(), () -> "each " + what + " leaves about " + left.leaked()
                + " behind when it is closed");
    }

    private static void send(Trial trial, Outgoing outgoing) {
        TestPages from = trial.sendPages(4096, 1, Layout.ONE_RUN);
        outgoing.prepare(from);
    }

    private static void receive(Trial trial, Incoming incoming, byte[] payload) {
        TestPages to = trial.recvPages(4096, 1, Layout.ONE_RUN);
        trial.source().load(payload, to);
        incoming.attempt(to);
    }

    /** 4.2: a set-up can only be made to fail by what it asks core: each of its questions fails in turn. */
    static String failedSetUp(Trial trial) {
        MultiFDMethods methods = trial.usable();
        if (trial.availability().canSend()) {
            trial.outgoing(trial.params(0, 4096)).close();
        }
        int sending = questions(trial, methods, true);
        int receiving = questions(trial, methods, false);
        if (sending + receiving == 0) {
            throw new NotCheckable("its set-ups ask core for nothing, so none can be made to fail");
        }
        String unseen = "";
        for (boolean send : new boolean[] {true, false}) {
            int questions = send ? sending : receiving;
            if (questions > 0) {
                LeakMeter.Leftover left = LeakMeter.perRound(trial.budget(), number -> {
                    trial.watch().enter(() -> "failing set-up " + number);
                    setUp(trial, methods, failing(trial, number % questions, send), send);
                });
                unseen = unseen.isEmpty() ? left.unseen() : unseen;
                trial.demand(left.leaked().isEmpty(), () -> "each failed " + (send ? "sendSetup" : "recvSetup")
                        + " leaves about " + left.leaked() + " behind");
            }
        }
        if (!unseen.isEmpty()) {
            throw new NotCheckable(unseen);
        }
        return "failures of core's answers only";
    }

    /** The receiver's has what a sender tells: without it it may ask nothing more. */
    private static FailingParams failing(Trial trial, int question, boolean send) {
        return new FailingParams(trial.params(0, 4096).told(send ? null : trial.told()).sharing(send
                ? trial.sending() : trial.receiving()), question);
    }

    private static int questions(Trial trial, MultiFDMethods methods, boolean send) {
        FailingParams params = failing(trial, Integer.MAX_VALUE, send);
        setUp(trial, methods, params, send);
        return params.asked();
    }

    private static void setUp(Trial trial, MultiFDMethods methods, FailingParams params, boolean send) {
        try {
            AutoCloseable made = trial.calls().make(Rule.RULE_1_4, send ? "sendSetup" : "recvSetup",
                    () -> send ? methods.sendSetup(params) : methods.recvSetup(params));
            if (made != null) {
                trial.calls().make(Rule.RULE_4_1, "close after a set-up", () -> {
                    made.close();
                    return null;
                });
            }
        } catch (RuleFailed e) {
            throw e;
        } catch (Exception e) {
            // The failure that was asked for, in whatever clothes.
        }
        Thread.interrupted(); // rules 2.1 and 3.1 say so
    }

    /** 4.3: two channels in turn on one thread, then many on several. */
    static String concurrency(Trial trial) throws Exception {
        trial.gate(Layout.UNSORTED);
        Channel[] channels = {trial.channel(trial.params(0, 4096)), trial.channel(trial.params(1, 4096))};
        try (Channel first = channels[0]; Channel second = channels[1]) {
            for (int packet = 0; packet < 8; packet++) {
                byte[] content = Content.MIXED.pages(4096, 5, trial.random(packet));
                try {
                    (packet % 2 == 0 ? first : second).exchange(Layout.ONE_RUN, content, 4096, Rule.RULE_4_3);
                } catch (RuleFailed e) {
                    throw trial.failed("two channels in turn: " + e.getMessage());
                }
            }
        }
        MultiFDMethods methods = trial.usable();
        AtomicInteger packets = new AtomicInteger();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int number = 0; number < CONCURRENT_CHANNELS; number++) {
            int channel = number;
            FutureTask<Void> task = new FutureTask<>(() -> {
                // A trial of its own: memory is not shared between channels.
                Trial own = trial.beside();
                methods.availability();
                try (Channel pair = own.channel(own.params(channel, 4096))) {
                    Rounds rounds = own.rounds(CONCURRENT_PACKETS);
                    while (rounds.next()) {
                        packets.incrementAndGet();
                        byte[] content = Content.MIXED.pages(4096, 16,
                                own.random(1000L * channel + rounds.done() - 1));
                        pair.exchange(Layout.UNSORTED, content, 4096, Rule.RULE_4_3);
                    }
                }
                return null;
            });
            tasks.add(task);
            new KitThread(trial.group(), "multifd-tck 4.3 channel " + channel, task).start();
        }
        trial.watch().enter(() -> "four channels at once");
        String failure = null; // of the first; the others end before the next rule begins
        for (FutureTask<Void> task : tasks) {
            try {
                task.get(2L * trial.watch().seconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause().getMessage() : failure;
            }
        }
        if (failure != null) {
            throw trial.failed("four channels at once: " + failure);
        }
        int planned = CONCURRENT_CHANNELS * CONCURRENT_PACKETS;
        return packets.get() == planned ? "" : packets + " of " + planned + " packets in the time for a rule";
    }
}
