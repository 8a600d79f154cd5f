package org.multifd.tck.internal.rule;

import java.util.List;
import java.util.Map;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 2: sending, but for 2.4, which has {@link LiveMemory}. */
final class SendingRules {

    static final int[] PAGE_SIZES = {4096, 16384, 65536};

    private static final int LONG_RUN = 1500;
    private static final int LONG_RUN_PAGES = 4;

    private SendingRules() {
    }

    /** 2.1: set up on one thread, used on a second, closed on a third. */
    static String threads(Trial trial) throws Exception {
        trial.gate();
        ChannelParams params = trial.params(3, 4096);
        Outgoing outgoing = trial.outgoing(params);
        byte[] content = Content.MIXED.pages(4096, 8, trial.random(0));
        try {
            trial.elsewhere(() -> {
                TestPages from = trial.sendPages(4096, 8, Layout.ONE_RUN);
                from.fill(content);
                byte[] payload = outgoing.prepare(from);
                try (Incoming incoming = trial.incoming(params)) {
                    incoming.recv(trial.recvPages(4096, 8, Layout.ONE_RUN), payload, content, Rule.RULE_2_1);
                }
                return null;
            });
        } catch (RuleFailed e) {
            throw trial.failed("set up on one thread and used on another: " + e.getMessage());
        }
        try {
            trial.elsewhere(() -> {
                outgoing.close();
                return null;
            });
        } catch (RuleFailed e) {
            throw trial.failed("closed on another thread than it was used on: " + e.getMessage());
        }
        return "";
    }

    /** 2.2: all page sizes, numbers of pages and ways they can lie, and pages that are zero. */
    static String packets(Trial trial) {
        trial.gate();
        int caseNumber = 0;
        Rounds rounds = trial.rounds(PAGE_SIZES.length * (Layout.values().length * 5 + 1));
        for (int pageSize : PAGE_SIZES) {
            ChannelParams params = trial.params(0, pageSize);
            try (Channel channel = trial.channel(params)) {
                for (Layout layout : Layout.values()) {
                    for (int pages : new int[] {1, 2, 3, params.pageCount() / 2 + 1, params.pageCount()}) {
                        if (!rounds.next()) {
                            return rounds.note("packets");
                        }
                        byte[] content = Content.MIXED.pages(pageSize, pages, trial.random(caseNumber++));
                        trial.watch().enter(() -> pages + " pages of " + pageSize + " bytes, " + layout);
                        channel.exchange(layout, content, pageSize, Rule.RULE_2_2);
                    }
                }
                if (!rounds.next()) {
                    return rounds.note("packets");
                }
                trial.watch().enter(() -> "3 zero pages of " + pageSize + " bytes");
                channel.exchange(Layout.ONE_RUN, new byte[3 * pageSize], pageSize, Rule.RULE_2_2);
            }
        }
        return "";
    }

    /** 2.3: noise does not shrink, constants shrink to next to nothing; with each set of parameters. */
    static String limits(Trial trial) {
        trial.calls().demandNoHang(Rule.RULE_2_6);
        List<Map<String, String>> sets = trial.parameterSets();
        int largest = 0;
        Rounds rounds = trial.rounds((sets.size() + PAGE_SIZES.length - 1) * 8);
        for (Map<String, String> values : sets) {
            for (int pageSize : values.equals(sets.get(0)) ? PAGE_SIZES : new int[] {4096}) {
                ChannelParams params = trial.params(0, pageSize, values);
                try (Outgoing outgoing = trial.outgoing(params)) {
                    for (Content kind : new Content[] {Content.TEXT, Content.NOISE, Content.CONSTANT, Content.NOISE}) {
                        for (int pages : new int[] {params.pageCount(), 1}) {
                            if (!rounds.next()) {
                                return Words.joined(largest(largest), rounds.note("packets"));
                            }
                            largest = Math.max(largest, size(trial, params, outgoing, kind, pages));
                        }
                    }
                }
            }
        }
        return largest(largest);
    }

    private static String largest(int bytes) {
        return "largest payload " + bytes + " bytes of " + ChannelParams.PAYLOAD_LIMIT;
    }

    private static int size(Trial trial, ChannelParams params, Outgoing outgoing, Content kind, int pages) {
        trial.watch().enter(() -> pages + " pages of " + kind + " with " + params);
        TestPages from = trial.sendPages(params.pageSize(), pages, Layout.ONE_RUN);
        from.fill(kind.pages(params.pageSize(), pages, trial.random(pages)));
        try {
            return outgoing.prepare(from).length;
        } catch (RuleFailed e) {
            throw new RuleFailed(e.rule(), e.getMessage() + ", " + kind + ", " + params, e);
        }
    }

    /** 2.5: nothing is written, refused or used later. */
    static String reading(Trial trial) {
        trial.calls().demandNoHang(Rule.RULE_2_6);
        try (Outgoing outgoing = trial.outgoing(trial.params(0, 4096))) {
            Rounds rounds = trial.rounds(Layout.values().length * Content.values().length);
            for (Layout layout : Layout.values()) {
                TestPages from = trial.sendPages(4096, 9, layout);
                for (Content kind : Content.values()) {
                    if (rounds.next()) {
                        trial.watch().enter(() -> "9 pages of " + kind + ", " + layout);
                        from.fill(kind.pages(4096, 9, trial.random(rounds.done() - 1)));
                        outgoing.prepare(from);
                    }
                }
            }
            return Words.joined("a late read of a kept buffer cannot be seen", rounds.note("packets"));
        }
    }

    /** 2.6: each packet is decoded before the next one is made; long enough for any history to wrap. */
    static String arrival(Trial trial) {
        return Words.joined(eachKind(trial), longRun(trial));
    }

    private static String eachKind(Trial trial) {
        Rounds rounds = trial.rounds(PAGE_SIZES.length * Content.values().length * 7);
        for (int pageSize : PAGE_SIZES) {
            ChannelParams params = trial.params(0, pageSize);
            for (Content kind : Content.values()) {
                try (Channel channel = trial.channel(params)) {
                    for (int pages : new int[] {1, 2, params.pageCount(), 1, 5, 3, 1}) {
                        if (!rounds.next()) {
                            return rounds.note("packets");
                        }
                        int packet = rounds.done() - 1;
                        trial.watch().enter(() -> "packet " + packet + ", " + pages + " pages of " + kind);
                        byte[] content = kind.pages(pageSize, pages, trial.random(packet));
                        channel.exchange(Layout.ONE_RUN, content, pageSize, Rule.RULE_2_6);
                    }
                }
            }
        }
        return "";
    }

    /** Goes on over one channel, with all kinds of pages in turn. */
    private static String longRun(Trial trial) {
        int asked = trial.packets();
        int packets = asked == 0 ? LONG_RUN : asked;
        Content[] kinds = Content.values();
        int packet = 0;
        try (Channel channel = trial.channel(trial.params(0, 4096))) {
            for (; packet < packets && (asked != 0 || !trial.budget().used()); packet++) {
                int number = packet;
                Content kind = kinds[packet % kinds.length];
                int pages = 1 + packet % LONG_RUN_PAGES;
                trial.watch().enter(() -> "packet " + number + " of a long run, " + pages + " pages of " + kind);
                byte[] content = kind.pages(4096, pages, trial.random(packet));
                try {
                    channel.exchange(Layout.ONE_RUN, content, 4096, Rule.RULE_2_6);
                } catch (RuleFailed e) {
                    throw new RuleFailed(e.rule(), e.getMessage() + ", packet " + packet + " of a long run", e);
                }
            }
        }
        return packet < packets ? "long run: " + packet + " of " + packets + " packets in the time for a rule, each "
                + "one compared; ask for a number to see all of them"
                : "long run: " + packets + " packets, each one compared";
    }
}
