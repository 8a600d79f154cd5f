package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;

/** What one channel sent: the payloads in order, and the pages that each one holds. */
final class Recording {

    private final List<byte[]> payloads = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final int pages;

    /** Records a channel of small packets, whose contents are of all kinds in turn unless one is given. */
    Recording(Trial trial, int pages, int packets, Content kind, long caseNumber) {
        this.pages = pages;
        SplittableRandom random = trial.random(caseNumber);
        try (Outgoing outgoing = trial.outgoing(trial.params(0, 4096))) {
            TestPages from = trial.sendPages(4096, pages, Layout.ONE_RUN);
            for (int packet = 0; packet < packets; packet++) {
                int number = packet;
                trial.watch().enter(() -> "packet " + number + " of a recording, " + pages + " pages");
                Content its = kind != null ? kind : Content.values()[random.nextInt(Content.values().length)];
                byte[] content = its.pages(4096, pages, random);
                from.fill(content);
                contents.add(content);
                payloads.add(outgoing.prepare(from));
            }
        }
    }

    int pages() {
        return pages;
    }

    int packets() {
        return payloads.size();
    }

    byte[] payload(int packet) {
        return payloads.get(packet);
    }

    byte[] content(int packet) {
        return contents.get(packet);
    }
}
