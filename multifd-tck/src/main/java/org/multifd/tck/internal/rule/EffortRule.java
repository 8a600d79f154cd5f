package org.multifd.tck.internal.rule;

import org.multifd.api.Payload;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.Trial;

/** Provider-contract 2.9: how hard to compress changes from packet to packet. */
final class EffortRule {

    private static final int[] EFFORTS = {Payload.EFFORT_AS_SET, Payload.LEAST_EFFORT, Payload.MOST_EFFORT, 50, 1, 99,
        10, 25, 75};

    private EffortRule() {
    }

    /** Each after each other one, with pages that shrink and pages that do not. */
    static String check(Trial trial) {
        trial.gate();
        Content[] kinds = {Content.TEXT, Content.NOISE, Content.MIXED};
        int packet = 0;
        Rounds rounds = trial.rounds(EFFORTS.length * EFFORTS.length);
        long[] bytes = new long[2];
        try (Channel channel = trial.channel(trial.params(0, 4096))) {
            for (int first : EFFORTS) {
                for (int second : EFFORTS) {
                    if (!rounds.next()) {
                        return rounds.note("pairs of efforts");
                    }
                    for (int effort : new int[] {first, second}) {
                        Content kind = kinds[packet % kinds.length];
                        int pages = 1 + packet % 20;
                        byte[] content = kind.pages(4096, pages, trial.random(packet++));
                        exchange(trial, channel, effort, content);
                    }
                }
            }
            for (int i = 0; i < bytes.length; i++) {
                byte[] content = Content.TEXT.pages(4096, 64, trial.random(-1));
                bytes[i] = exchange(trial, channel, i == 0 ? Payload.LEAST_EFFORT : Payload.MOST_EFFORT, content);
            }
        }
        return bytes[0] == bytes[1] ? "it makes no difference"
                : "text of 64 pages: " + bytes[0] + " bytes with the least, " + bytes[1] + " with the most";
    }

    private static int exchange(Trial trial, Channel channel, int effort, byte[] content) {
        trial.watch().enter(() -> "effort " + effort + " for " + content.length / 4096 + " pages");
        trial.payload().effort(effort);
        try {
            return channel.exchange(Layout.ONE_RUN, content, 4096, Rule.RULE_2_9).length;
        } catch (RuleFailed e) {
            throw new RuleFailed(e.rule(), "with effort " + effort + ": " + e.getMessage(), e);
        }
    }
}
