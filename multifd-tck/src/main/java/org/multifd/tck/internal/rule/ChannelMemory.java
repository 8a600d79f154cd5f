package org.multifd.tck.internal.rule;

import java.util.ArrayList;
import java.util.List;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.JvmCommand;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/**
 * Provider-contract 4.7: what a channel keeps, both ends together, fits several times into the heap that multifd has,
 * and does not grow with the packets. A window of past pages may fill up: what grows is judged again when more pages
 * than any window holds have passed.
 */
final class ChannelMemory {

    /** A quarter of the heap that the launcher gives: the two channels of a migration have both ends in one process. */
    static final long MOST_HEAP = 128L << 20;

    private static final int PAGES = 16;
    private static final int PAGE_SIZE = 4096;
    /** Packets that hold more pages than the largest window. */
    private static final int PAST_WINDOWS = (int) (MemoryBound.BOUND / (PAGES * PAGE_SIZE)) + 1;

    private final Trial trial;
    private final List<byte[]> contents = new ArrayList<>();
    private final TestPages from;
    private final TestPages to;

    private ChannelMemory(Trial trial) {
        this.trial = trial;
        for (int packet = 0; packet < 2 * Content.values().length; packet++) {
            contents.add(Content.values()[packet / 2].pages(PAGE_SIZE, PAGES, trial.random(packet)));
        }
        from = trial.sendPages(PAGE_SIZE, PAGES, Layout.ONE_RUN);
        to = trial.recvPages(PAGE_SIZE, PAGES, Layout.ONE_RUN);
    }

    static String check(Trial trial) {
        trial.gate();
        return new ChannelMemory(trial).check();
    }

    private String check() {
        ChannelParams params = trial.params(0, PAGE_SIZE);
        warmUp(params);
        long heapBefore = JvmCommand.reachableBytes();
        LeakMeter.collect();
        long directBefore = MemoryBound.directMemory();
        try (Channel channel = trial.channel(params)) {
            exchange(channel, 0);
            exchange(channel, 1);
            long heap = Math.max(0, JvmCommand.reachableBytes() - heapBefore);
            LeakMeter.collect();
            long direct = Math.max(0, MemoryBound.directMemory() - directBefore);
            trial.demand(heap <= MOST_HEAP, () -> "a channel's two ends keep " + Words.size(heap)
                    + " of heap; allowed are " + Words.size(MOST_HEAP) + ", a quarter of the heap that multifd has");
            LeakMeter.Leftover left = LeakMeter.perRound(trial.budget(), number -> exchange(channel, number));
            if (!left.leaked().isEmpty()) {
                int packet = 0;
                for (; packet < PAST_WINDOWS && !trial.budget().used(); packet++) {
                    exchange(channel, packet);
                }
                left = packet < PAST_WINDOWS ? new LeakMeter.Leftover("", "each packet left about " + left.leaked()
                        + " behind, which may be a window: the time for a rule was used up")
                        : LeakMeter.perRound(trial.budget(), number -> exchange(channel, number));
            }
            String leaked = left.leaked();
            trial.demand(leaked.isEmpty(), () -> "each packet of " + PAGES + " pages leaves about " + leaked
                    + " behind in its channel");
            return Words.joined("a channel keeps " + Words.size(heap) + " of heap and " + Words.size(direct)
                    + " of direct buffers", left.unseen());
        }
    }

    /** Makes the kit's own memory. A method of its own: a frame holds its variables for as long as it lasts. */
    private void warmUp(ChannelParams params) {
        try (Channel channel = trial.channel(params)) {
            exchange(channel, 0);
        }
    }

    private void exchange(Channel channel, int number) {
        trial.watch().enter(() -> "packet " + number + " of a channel whose memory is watched");
        byte[] content = contents.get(number % contents.size());
        from.fill(content);
        channel.exchange(from, to, content, Rule.RULE_2_6);
    }
}
