package org.multifd.tck.internal.rule;

import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 4.5 and 4.6: what outlives a channel. */
final class SharedRules {

    private SharedRules() {
    }

    /** 4.5: two channels with the same scope; the first one to be closed leaves the other one working. */
    static String shared(Trial trial) {
        trial.gate();
        int made;
        try (Channel first = trial.channel(trial.params(0, 4096))) {
            try (Channel second = trial.channel(trial.params(1, 4096))) {
                exchange(trial, second, "the second channel", Rule.RULE_4_3);
                exchange(trial, first, "the first channel", Rule.RULE_4_3);
            }
            made = trial.sending().count() + trial.receiving().count();
            exchange(trial, first, "the first channel after the second one was closed", Rule.RULE_4_5);
        }
        trial.receiving().close();
        trial.sending().close();
        try (Channel next = trial.channel(trial.params(0, 4096))) {
            exchange(trial, next, "the next migration's channel", Rule.RULE_4_5);
        }
        return made == 0 ? "it shares nothing" : "it shares " + made + (made == 1 ? " object" : " objects");
    }

    /** 4.6: of two instances one is released, without and with channels before. */
    static String release(Trial trial) {
        trial.gate();
        for (boolean used : new boolean[] {false, true}) {
            MultiFDMethods other = trial.subject().methods();
            try {
                if (used && other.availability().canSend()) {
                    other.sendSetup(trial.params(0, 4096)).close();
                }
                trial.watch().enter(() -> "release()");
                other.release();
            } catch (Throwable e) {
                throw trial.failed("release() of an instance " + (used ? "that has had a channel" : "without channels")
                        + " threw " + Words.of(e));
            }
            try (Channel channel = trial.channel(trial.params(0, 4096))) {
                exchange(trial, channel, "another instance", Rule.RULE_4_6);
            }
        }
        return "";
    }

    private static void exchange(Trial trial, Channel channel, String which, Rule blame) {
        trial.watch().enter(() -> "a packet of " + which);
        try {
            channel.exchange(Layout.ONE_RUN, Content.TEXT.pages(4096, 6, trial.random(0)), 4096, blame);
        } catch (RuleFailed e) {
            throw new RuleFailed(e.rule(), which + ": " + e.getMessage(), e);
        }
    }
}
