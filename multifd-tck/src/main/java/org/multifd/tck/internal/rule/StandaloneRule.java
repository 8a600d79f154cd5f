package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.multifd.api.Standalone;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;

/** Provider-contract 2.7: packets that each stand alone. */
final class StandaloneRule {

    private static final int PACKETS = 40;
    private static final int MOST_PAGES = 24;

    private final Trial trial;
    private final List<byte[]> contents = new ArrayList<>();
    private final List<byte[]> payloads = new ArrayList<>();

    private StandaloneRule(Trial trial) {
        this.trial = trial;
    }

    static String check(Trial trial) {
        Standalone form = trial.usable().standalone();
        trial.demand(form != null, () -> "standalone() returned null");
        if (form == Standalone.NEVER) {
            return "it makes none";
        }
        trial.gate();
        StandaloneRule packets = new StandaloneRule(trial);
        packets.send();
        packets.receiveInAnyOrder();
        if (form == Standalone.WIRE_FORM) {
            packets.receiveAsUsual();
        }
        return form.toString();
    }

    private void send() {
        try (Outgoing outgoing = trial.outgoing(trial.params(0, 4096).alone())) {
            for (int packet = 0; packet < PACKETS; packet++) {
                int number = packet;
                int pages = 1 + packet * 7 % MOST_PAGES;
                trial.watch().enter(() -> "packet " + number + " to stand alone, " + pages + " pages");
                Content kind = Content.values()[packet % Content.values().length];
                byte[] content = kind.pages(4096, pages, trial.random(packet));
                TestPages from = trial.sendPages(4096, pages, Layout.ONE_RUN);
                from.fill(content);
                contents.add(content);
                payloads.add(outgoing.prepare(from));
            }
        }
    }

    /** Each twice. The last one comes first: who needs those before it has none. */
    private void receiveInAnyOrder() {
        SplittableRandom random = trial.random(-1);
        try (Incoming incoming = trial.incoming(trial.params(0, 4096).alone())) {
            receive(incoming, PACKETS - 1, "as the first one");
            for (int i = 0; i < 2 * PACKETS; i++) {
                receive(incoming, random.nextInt(PACKETS), "in another order than it was sent in");
            }
            for (int packet = PACKETS - 1; packet >= 0; packet--) {
                receive(incoming, packet, "in reverse order");
                receive(incoming, packet, "for the second time in a row");
            }
        }
    }

    /** They are a channel of the ordinary form. */
    private void receiveAsUsual() {
        try (Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            for (int packet = 0; packet < PACKETS; packet++) {
                receive(incoming, PACKETS - 1 - packet, "by a receiver that was set up as usual");
            }
        }
    }

    private void receive(Incoming incoming, int packet, String how) {
        trial.watch().enter(() -> "packet " + packet + " " + how);
        byte[] content = contents.get(packet);
        try {
            incoming.recv(trial.recvPages(4096, content.length / 4096, Layout.ONE_RUN), payloads.get(packet), content,
                    Rule.RULE_2_7);
        } catch (RuleFailed e) {
            throw new RuleFailed(e.rule(), "packet " + packet + ", received " + how + ": " + e.getMessage(), e);
        }
    }
}
