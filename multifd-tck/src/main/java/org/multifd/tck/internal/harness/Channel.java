package org.multifd.tck.internal.harness;

import org.multifd.tck.Oracle;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Layout;

/** Both ends of a channel, packet by packet: what was made is read at once, by the method and by the oracle. */
public final class Channel implements AutoCloseable {

    private final Trial trial;
    private final Outgoing outgoing;
    private final Incoming incoming;
    private final Oracle.Codec decoder;

    public Channel(Trial trial, Outgoing outgoing, Incoming incoming) {
        this.trial = trial;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.decoder = trial.oracle().decoder();
    }

    /** Sends pages that lie as given and receives them as one run. */
    public byte[] exchange(Layout layout, byte[] content, int pageSize, Rule blame) {
        int pages = content.length / pageSize;
        TestPages from = trial.sendPages(pageSize, pages, layout);
        from.fill(content);
        return exchange(from, trial.recvPages(pageSize, pages, Layout.ONE_RUN), content, blame);
    }

    /** Sends pages that were filled and receives them. The sent pages' memory is changed before the receiver runs. */
    public byte[] exchange(TestPages from, TestPages to, byte[] content, Rule blame) {
        byte[] payload = outgoing.prepare(from);
        from.spoil();
        incoming.recv(to, payload, content, blame);
        if (decoder != null) {
            decode(decoder, payload, content, from, trial.hasQemusName() ? Rule.RULE_1_1 : blame);
        }
        return payload;
    }

    public static void decode(Oracle.Codec decoder, byte[] payload, byte[] content, TestPages pages, Rule blame) {
        byte[] decoded;
        try {
            decoded = decoder.apply(payload, pages.pageSize(), pages.pages());
        } catch (Exception | LinkageError e) {
            throw new RuleFailed(blame, "the oracle cannot read what was sent: " + Words.of(e) + ", " + pages, e);
        }
        String difference = Incoming.difference(decoded, content, pages.pageSize());
        if (difference != null) {
            throw new RuleFailed(blame, "the oracle reads something else than was sent: " + difference + ", " + pages);
        }
    }

    @Override
    public void close() {
        try (outgoing; incoming; decoder) {
            // Closed in reverse, and each one although another fails.
        }
    }
}
