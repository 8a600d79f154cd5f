package org.multifd.tck.internal.rule;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.multifd.tck.Oracle;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.KitThread;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.Rounds;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/**
 * Provider-contract 2.4: some pages change while {@code prepare} runs, and all others arrive exact, in this packet and
 * in all later ones. Half of the pages are hot: the guest writes to them. Each hot page turns again and again into a
 * cold page's twin and back, so that a codec that looks for matches in page memory finds them there, and they are gone,
 * or were not there yet, when it has read the page's own bytes.
 *
 * <p>Two guests write: one on its own thread, as a real one, and one at the very moments at which the method asks for
 * memory, which needs no luck.
 */
final class LiveMemory {

    private static final int PAGE_SIZE = 4096;
    private static final int LIVE_PACKETS = 64;
    /** A codec that reads live memory twice is met in one of four such packets or more; fewer tell nothing. */
    private static final int LEAST_LIVE_PACKETS = 16;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);
    private static final long PATIENCE_FOR_LEAST = TimeUnit.SECONDS.toNanos(20);
    private static final int[] DISTANCES = {1, 4, 7};
    private static final Layout[] LAYOUTS = {Layout.ONE_RUN, Layout.ALTERNATING, Layout.UNSORTED};

    private final Trial trial;

    LiveMemory(Trial trial) {
        this.trial = trial;
    }

    static String check(Trial trial) throws Exception {
        trial.gate(LAYOUTS);
        LiveMemory rule = new LiveMemory(trial);
        rule.guestThatWritesWhenMemoryIsAskedFor();
        return rule.guestOnItsOwnThread();
    }

    private void guestThatWritesWhenMemoryIsAskedFor() {
        Rounds rounds = trial.rounds(LAYOUTS.length * 8);
        for (Layout layout : LAYOUTS) {
            TestPages from = trial.sendPages(PAGE_SIZE, 16, layout);
            TestPages to = trial.recvPages(PAGE_SIZE, 16, Layout.ONE_RUN);
            try (Ends ends = new Ends()) {
                for (int packet = 0; packet < 8 && rounds.next(); packet++) {
                    Twins twins = new Twins(16, 1, trial.random(packet));
                    from.fill(twins.content);
                    boolean[] touched = new boolean[16];
                    int[] step = {packet};
                    from.onAccess(() -> {
                        for (int page : twins.hot) {
                            touched[page] = true;
                            from.write(page, 0, twins.variant(page, step[0] & 1), 0, PAGE_SIZE);
                        }
                        step[0]++;
                    });
                    byte[] payload = ends.outgoing.prepareLive(from);
                    from.onAccess(() -> { });
                    int number = packet;
                    trial.watch().enter(() -> "packet " + number + " of pages that change when memory is asked for");
                    ends.compare(payload, twins.content, touched, to, "packet " + packet
                            + ", pages changed whenever the method asked for memory, " + from);
                }
            } finally {
                from.onAccess(() -> { });
            }
        }
    }

    private String guestOnItsOwnThread() throws Exception {
        int pages = ChannelParams.PACKET_BYTES / PAGE_SIZE;
        TestPages from = trial.sendPages(PAGE_SIZE, pages, Layout.ONE_RUN);
        TestPages to = trial.recvPages(PAGE_SIZE, pages, Layout.ONE_RUN);
        Guest guest = new Guest(from, pages);
        KitThread thread = new KitThread(trial.group(), "multifd-tck guest", guest);
        guest.thread = thread;
        thread.start();
        int packets = 0;
        int live = 0;
        int compared = 0;
        try (Ends ends = new Ends()) {
            // On a busy machine the two do not always run at the same time: then it takes more packets, and for the
            // first ones that tell anything it may take long.
            long begin = System.nanoTime();
            for (; live < LIVE_PACKETS && (packets < LEAST_LIVE_PACKETS || !trial.budget().used())
                    && (packets < LIVE_PACKETS
                    || System.nanoTime() - begin < (live < LEAST_LIVE_PACKETS ? PATIENCE_FOR_LEAST
                    : PATIENCE)); packets++) {
                int number = packets;
                trial.watch().enter(() -> "packet " + number + " of pages that change all the time");
                Twins twins = new Twins(pages, DISTANCES[packets % DISTANCES.length], trial.random(1000 + packets));
                from.fill(twins.content);
                guest.start(twins);
                long before = guest.writes;
                byte[] payload;
                long writes;
                try {
                    payload = ends.outgoing.prepareLive(from);
                } finally {
                    writes = guest.writes - before;
                    guest.stop();
                }
                live += writes >= pages / 2 ? 1 : 0;
                compared += ends.compare(payload, twins.content, guest.touched(), to, "packet " + packets
                        + ", half of the pages being written to, " + from);
            }
        } finally {
            guest.end();
            thread.join();
        }
        return verdict(live, packets, compared);
    }

    /** What was seen, if it is enough to tell anything. */
    static String verdict(int live, int packets, int compared) {
        if (live < LEAST_LIVE_PACKETS) {
            throw new NotCheckable("pages changed while prepare ran in " + live + " of " + packets
                    + " packets, expected at least " + LEAST_LIVE_PACKETS + ": run it with two processors free");
        }
        return "all hot pages changed during prepare in " + live + " of " + packets + " packets, " + compared
                + " unchanged pages compared";
    }

    /** A sender with live memory, and all who read it. */
    private final class Ends implements AutoCloseable {
        private final Outgoing outgoing = trial.outgoing(trial.params(0, PAGE_SIZE));
        private final Incoming incoming = trial.incoming(trial.params(0, PAGE_SIZE));
        private final Oracle.Codec decoder = trial.oracle().decoder();

        int compare(byte[] payload, byte[] content, boolean[] touched, TestPages to, String where) {
            trial.source().load(payload, to);
            to.spoil();
            Throwable thrown = incoming.attempt(to);
            if (thrown != null) {
                throw new RuleFailed(Rule.RULE_2_4, "recv threw " + Words.of(thrown) + ": " + where, thrown);
            }
            int compared = exact(to.content(), content, touched, "", where);
            if (decoder != null) {
                try {
                    exact(decoder.apply(payload, PAGE_SIZE, touched.length), content, touched, " by the oracle", where);
                } catch (RuleFailed e) {
                    throw e;
                } catch (Exception e) {
                    throw new RuleFailed(Rule.RULE_2_4, "the oracle cannot read it: " + Words.of(e) + ": " + where, e);
                }
            }
            return compared;
        }

        private int exact(byte[] got, byte[] content, boolean[] touched, String reader, String where) {
            int compared = 0;
            int wrong = 0;
            for (int page = 0; page < touched.length; page++) {
                if (!touched[page]) {
                    int at = page * PAGE_SIZE;
                    boolean same = got.length >= at + PAGE_SIZE
                            && Arrays.equals(got, at, at + PAGE_SIZE, content, at, at + PAGE_SIZE);
                    wrong += same ? 0 : 1;
                    compared++;
                }
            }
            if (wrong > 0) {
                throw new RuleFailed(Rule.RULE_2_4, wrong + " of " + compared + " pages that did not change arrived "
                        + "wrong"
                        + reader + ": " + where);
            }
            return compared;
        }

        @Override
        public void close() {
            try (outgoing; incoming; decoder) {
                // Closed in reverse, and each one although another fails.
            }
        }
    }

    /**
     * Hot pages and cold pages in turn, a distance of each: a hot page is the twin of the cold one a distance behind
     * it, or it is not. Made so that a codec looks closely: noise in short pieces between marks that it knows, and the
     * only long match is the twin. With a distance of several pages there is always much that the codec has read and
     * not yet referred to.
     */
    private static final class Twins {
        private static final int MARK = 8;
        private static final int PERIOD = 24;

        private final byte[] content;
        private final int[] hot;
        private final byte[][] other;
        private final byte[][] twin;

        Twins(int pages, int distance, SplittableRandom random) {
            content = new byte[pages * PAGE_SIZE];
            other = new byte[pages][];
            twin = new byte[pages][];
            hot = IntStream.range(0, pages).filter(page -> page / distance % 2 == 0).toArray();
            Content.NOISE.fill(content, 0, content.length, random);
            for (int page : hot) {
                twin[page] = Content.NOISE.pages(PAGE_SIZE, 1, random);
                for (int at = 0; at + MARK <= PAGE_SIZE; at += PERIOD) {
                    Arrays.fill(twin[page], at, at + MARK, (byte) 0x90);
                }
                other[page] = Arrays.copyOfRange(content, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
                if (random.nextBoolean()) {
                    System.arraycopy(twin[page], 0, content, page * PAGE_SIZE, PAGE_SIZE);
                }
                if (page + distance < pages) {
                    System.arraycopy(twin[page], 0, content, (page + distance) * PAGE_SIZE, PAGE_SIZE);
                }
            }
        }

        byte[] variant(int page, int which) {
            return which == 0 ? twin[page] : other[page];
        }
    }

    /** The guest's processor: writes to the hot pages for as long as it is let, and knows which. */
    private final class Guest implements Runnable {
        private static final int PIECES = 4;
        private static final int PIECE = 16;

        private final TestPages pages;
        private final boolean[] wrote;
        private volatile Twins twins;
        private volatile boolean writing;
        private volatile long writes;
        private volatile boolean ended;
        private volatile long started;
        private Thread thread;

        Guest(TestPages pages, int count) {
            this.pages = pages;
            wrote = new boolean[count];
        }

        /** Lets it write, and waits until it does. */
        void start(Twins theTwins) {
            Arrays.fill(wrote, false);
            long before = writes;
            started = System.nanoTime();
            twins = theTwins;
            LockSupport.unpark(thread);
            while (writes == before) {
                Thread.yield();
            }
        }

        /** Stops it, and waits until it has stopped: what it wrote is then seen. */
        void stop() {
            twins = null;
            while (writing) {
                Thread.yield();
            }
        }

        boolean[] touched() {
            return wrote.clone();
        }

        void end() {
            ended = true;
            LockSupport.unpark(thread);
        }

        /** A prepare that hangs must not leave a guest behind that writes without end. */
        private boolean forgotten() {
            return System.nanoTime() - started > TimeUnit.SECONDS.toNanos(2L * trial.watch().seconds());
        }

        @Override
        public void run() {
            int round = 0;
            while (!ended && !(twins != null && forgotten())) {
                writing = true;
                Twins now = twins;
                if (now != null) {
                    // A few bytes of each hot page, and on to the next: within a codec's step from page to page each
                    // one changes several times. The rest of the page stays the twin, so that matches run into these
                    // bytes.
                    int page = now.hot[round % now.hot.length];
                    wrote[page] = true;
                    byte[] variant = now.variant(page, round / now.hot.length & 1);
                    for (int piece = 0; piece < PIECES; piece++) {
                        int at = piece * (PAGE_SIZE / PIECES) + PAGE_SIZE / PIECES / 2;
                        pages.write(page, at, variant, at, PIECE);
                    }
                    round++;
                    writes = writes + 1;
                    writing = false;
                } else {
                    writing = false;
                    LockSupport.park(this);
                }
            }
        }
    }
}
