package org.multifd.tck.internal.rule;

import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;

/** Provider-contract 2.8 and 3.7: rounds end. Whoever throws has broken its own of the two rules. */
final class RoundRules {

    private static final int ROUNDS = 12;

    private RoundRules() {
    }

    /** Rounds of no packet, of one, and of more, at both ends of a channel. */
    static String check(Trial trial) {
        trial.gate();
        try (Outgoing outgoing = trial.outgoing(trial.params(0, 4096));
                Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            int packet = 0;
            for (int round = 0; round < ROUNDS; round++) {
                int number = round;
                trial.watch().enter(() -> "the end of round " + number);
                for (int i = 0; i < round % 4; i++) {
                    exchange(trial, outgoing, incoming, packet++);
                }
                outgoing.endOfRound();
                incoming.endOfRound();
            }
        }
        return "";
    }

    private static void exchange(Trial trial, Outgoing outgoing, Incoming incoming, int packet) {
        Content kind = Content.values()[packet % Content.values().length];
        int pages = 1 + packet % 5;
        byte[] content = kind.pages(4096, pages, trial.random(packet));
        TestPages from = trial.sendPages(4096, pages, Layout.ONE_RUN);
        from.fill(content);
        byte[] payload = outgoing.prepare(from);
        from.spoil();
        try {
            incoming.recv(trial.recvPages(4096, pages, Layout.ONE_RUN), payload, content, Rule.RULE_2_8);
        } catch (RuleFailed e) {
            throw e.rule() == Rule.RULE_2_8 ? new RuleFailed(Rule.RULE_2_8, "behind the end of a round: "
                    + e.getMessage(), e) : e;
        }
    }
}
