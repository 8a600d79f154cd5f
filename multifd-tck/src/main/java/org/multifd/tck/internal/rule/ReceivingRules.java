package org.multifd.tck.internal.rule;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Arrays;
import java.util.Objects;
import org.multifd.api.MultiFDException;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 3: receiving, but for hostile payloads, which have {@link Hostility}. */
final class ReceivingRules {

    private static final int PAGES = 6;

    private ReceivingRules() {
    }

    /** 3.1: set up on one thread, used on a second, closed on a third. */
    static String threads(Trial trial) throws Exception {
        trial.gate();
        Recording sent = new Recording(trial, PAGES, 3, null, 0);
        Incoming incoming = trial.incoming(trial.params(0, 4096));
        TestPages to = trial.recvPages(4096, PAGES, Layout.ONE_RUN);
        try {
            trial.elsewhere(() -> {
                for (int packet = 0; packet < sent.packets(); packet++) {
                    incoming.recv(to, sent.payload(packet), sent.content(packet), Rule.RULE_3_1);
                }
                return null;
            });
        } catch (RuleFailed e) {
            throw trial.failed("set up on one thread and used on another: " + e.getMessage());
        }
        try {
            trial.elsewhere(() -> {
                incoming.close();
                return null;
            });
        } catch (RuleFailed e) {
            throw trial.failed("closed on another thread than it was used on: " + e.getMessage());
        }
        return "";
    }

    /** 3.2: all ways that pages can lie; too much and too little on either side; no byte beyond the payload. */
    static String exactness(Trial trial) throws IOException {
        trial.gate();
        String left = layouts(trial);
        for (Content kind : new Content[] {Content.NOISE, Content.TEXT}) {
            Recording sent = new Recording(trial, PAGES, 3, kind, kind.ordinal());
            for (int good = 0; good < 2; good++) {
                byte[] payload = sent.payload(good);
                ByteArrayOutputStream two = new ByteArrayOutputStream();
                two.write(payload);
                two.write(sent.payload(good + 1));
                refused(trial, sent, good, Arrays.copyOf(payload, (payload.length + 1) / 2), PAGES,
                        "half of its payload");
                refused(trial, sent, good, two.toByteArray(), PAGES, "the payloads of two packets");
                refused(trial, sent, good, payload, PAGES - 1, "the payload of a page more");
                refused(trial, sent, good, payload, PAGES + 1, "the payload of a page less");
            }
            noByteBeyond(trial, sent);
        }
        return left;
    }

    private static String layouts(Trial trial) {
        Rounds rounds = trial.rounds(SendingRules.PAGE_SIZES.length * Layout.values().length * 4);
        for (int pageSize : SendingRules.PAGE_SIZES) {
            ChannelParams params = trial.params(0, pageSize);
            try (Channel channel = trial.channel(params)) {
                for (Layout layout : Layout.values()) {
                    for (int pages : new int[] {1, 2, 3, params.pageCount()}) {
                        if (!rounds.next()) {
                            return rounds.note("packets");
                        }
                        trial.watch().enter(() -> pages + " pages of " + pageSize + " bytes, " + layout);
                        byte[] content = Content.MIXED.pages(pageSize, pages, trial.random(rounds.done() - 1));
                        TestPages from = trial.sendPages(pageSize, pages, Layout.ONE_RUN);
                        from.fill(content);
                        channel.exchange(from, trial.recvPages(pageSize, pages, layout), content, Rule.RULE_3_2);
                    }
                }
            }
        }
        return "";
    }

    private static void refused(Trial trial, Recording sent, int good, byte[] payload, int pages, String what) {
        if (payload.length > ChannelParams.PAYLOAD_LIMIT) {
            return;
        }
        trial.watch().enter(() -> "recv of " + what);
        try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            for (int packet = 0; packet < good; packet++) {
                incoming.recv(trial.recvPages(4096, PAGES, Layout.ONE_RUN), sent.payload(packet), sent.content(packet),
                        Rule.RULE_2_6);
            }
            TestPages to = trial.recvPages(4096, pages, Layout.ONE_RUN);
            to.spoil();
            trial.source().load(payload, to);
            Throwable thrown = incoming.attempt(to);
            trial.demand(thrown != null, () -> "recv accepted " + what + " for " + to);
            if (!(thrown instanceof MultiFDException)) {
                throw new RuleFailed(Rule.RULE_3_3, "recv threw " + Words.of(thrown) + " for " + what, thrown);
            }
            trial.demand(Words.isOneLine(thrown.getMessage()), () -> "the exception for " + what
                    + " does not say in one line what is wrong: \"" + thrown.getMessage() + "\"");
        }
    }

    /** A payload that was cut off is the same whatever lies behind it in memory. */
    private static void noByteBeyond(Trial trial, Recording sent) {
        byte[] payload = sent.payload(0);
        TestPages to = trial.recvPages(4096, PAGES, Layout.ONE_RUN);
        Rounds rounds = trial.rounds(48);
        for (int cut = 1; cut < payload.length && rounds.next(); cut += Math.max(1, payload.length / 24)) {
            int length = cut;
            byte[] kept = Arrays.copyOf(payload, cut);
            byte[] rest = Arrays.copyOfRange(payload, cut, Math.min(payload.length, cut + 4096));
            trial.watch().enter(() -> "recv of a payload cut off after " + length + " bytes");
            String[] outcomes = new String[2];
            byte[][] got = new byte[2][];
            for (int time = 0; time < 2; time++) {
                try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
                    to.spoil();
                    trial.source().load(kept, time == 0 ? new byte[0] : rest, to);
                    outcomes[time] = Objects.toString(incoming.attempt(to), "no exception");
                    got[time] = to.content();
                }
            }
            trial.demand(outcomes[0].equals(outcomes[1]) && Arrays.equals(got[0], got[1]), () ->
                    "recv read beyond a payload"
                    + " of " + length + " bytes: what lay behind it made a difference");
        }
    }

    /** 3.5: the very exception comes out, for the first and for a later packet. */
    static String ioExceptions(Trial trial) {
        trial.gate();
        Recording sent = new Recording(trial, PAGES, 2, null, 0);
        TestPages to = trial.recvPages(4096, PAGES, Layout.ONE_RUN);
        IOException[] failures = {new IOException("the peer is gone"), new EOFException(), new SocketException("reset"),
            new ClosedByInterruptException()};
        for (IOException failure : failures) {
            for (int good = 0; good < 2; good++) {
                try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
                    if (good == 1) {
                        incoming.recv(to, sent.payload(0), sent.content(0), Rule.RULE_2_6);
                    }
                    trial.source().load(sent.payload(good), to);
                    trial.source().failWith(failure);
                    Throwable thrown = incoming.attempt(to);
                    trial.demand(thrown != null, () -> "recv swallowed " + Words.of(failure));
                    trial.demand(thrown == failure, () -> "recv turned " + Words.of(failure) + " into "
                            + Words.of(thrown));
                }
            }
        }
        return "";
    }

    /** 3.6: closing is all that is left after an exception, and it works; other channels do not notice. */
    static String afterExceptions(Trial trial) {
        trial.gate();
        Recording sent = new Recording(trial, PAGES, 3, Content.NOISE, 0);
        TestPages to = trial.recvPages(4096, PAGES, Layout.ONE_RUN);
        try (Incoming beside = trial.incoming(trial.params(0, 4096))) {
            for (int packet = 0; packet < sent.packets(); packet++) {
                Incoming incoming = trial.incoming(trial.params(0, 4096));
                byte[] half = Arrays.copyOf(sent.payload(0), sent.payload(0).length / 2);
                trial.source().load(half, to);
                if (packet == 2) {
                    trial.source().failWith(new IOException("the peer is gone"));
                }
                incoming.attempt(to);
                incoming.close();
                incoming.close();
                beside.recv(to, sent.payload(packet), sent.content(packet), Rule.RULE_3_6);
            }
        }
        return "";
    }
}
