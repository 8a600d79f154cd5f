package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.multifd.api.MultiFDException;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/**
 * Provider-contract 3.3: thousands of payloads that nobody should have sent. Each round is a new channel, none to two
 * good packets, a hostile one, and, if that was accepted, a good one after it. A round depends on the seed and its
 * number only.
 */
final class Hostility {

    private final Trial trial;
    private final List<Recording> recordings = new ArrayList<>();
    private final Recording full;
    private final List<byte[]> known;

    private Hostility(Trial trial) {
        this.trial = trial;
        for (int pages : new int[] {1, 4, 8}) {
            for (int channel = 0; channel < 2; channel++) {
                recordings.add(new Recording(trial, pages, 5, null, -100 - pages - channel));
            }
        }
        full = new Recording(trial, 128, 4, Content.MIXED, -99);
        known = trial.subject().hostilePayloads();
    }

    static String check(Trial trial) {
        trial.gate();
        Hostility hostility = new Hostility(trial);
        Rounds rounds = trial.rounds(trial.subject().hostileRounds());
        int refused = 0;
        while (rounds.next()) {
            refused += hostility.round(rounds.done() - 1) ? 1 : 0;
        }
        return Words.joined(rounds.done() + " hostile payloads, " + refused
                + " refused, the others decoded inside the pages", rounds.note("rounds"));
    }

    private boolean round(int round) {
        SplittableRandom random = trial.random(round);
        boolean large = round % 64 == 63;
        int which = random.nextInt(recordings.size());
        Recording sent = large ? full : recordings.get(which);
        Recording other = large ? recordings.get(which) : recordings.get(which ^ 1);
        int good = random.nextInt(3);
        Mutation mutation = Mutation.values()[random.nextInt(Mutation.values().length)];
        byte[] hostile = round < known.size() ? known.get(round) : mutation.apply(sent, other, good, random);
        String kind = round < known.size() ? "the subject's own" : mutation.toString();
        String where = "round " + round + ", " + kind + ", " + hostile.length + " bytes after " + good
                + " good packets of "
                + sent.pages() + " pages";
        trial.watch().enter(() -> where);
        // A crash of the JVM names the thread, hence the round.
        Thread.currentThread().setName("multifd-tck 3.3 " + where);
        int pages = mutation == Mutation.MISCOUNTED ? 1 + random.nextInt(128) : sent.pages();
        Layout layout = Layout.values()[random.nextInt(Layout.values().length)];
        try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            TestPages to = trial.recvPages(4096, sent.pages(), layout);
            for (int packet = 0; packet < good; packet++) {
                incoming.recv(to, sent.payload(packet), sent.content(packet), Rule.RULE_3_2);
            }
            TestPages target = trial.recvPages(4096, pages, layout);
            Throwable thrown = attempt(incoming, target, hostile, where);
            if (thrown == null) {
                boolean same = Arrays.equals(target.content(), sent.content(good));
                trial.demand(same || !trial.subject().detectsCorruption(), () ->
                        "recv accepted a corrupted payload, which "
                        + "the format is said to tell, and restored wrong bytes: " + where);
                thrown = attempt(incoming, to, sent.payload(good + 1), "the good packet after " + where);
            }
            return thrown != null;
        }
    }

    private Throwable attempt(Incoming incoming, TestPages to, byte[] payload, String where) {
        to.spoil();
        trial.source().load(payload, to);
        Throwable thrown;
        try {
            thrown = incoming.attempt(to);
        } catch (RuleFailed e) {
            throw new RuleFailed(e.rule(), e.getMessage() + ": " + where, e);
        }
        if (thrown != null && !(thrown instanceof MultiFDException)) {
            throw trial.failed("recv threw " + Words.of(thrown) + ": " + where);
        }
        return thrown;
    }
}
