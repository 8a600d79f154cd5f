package org.multifd.tck;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Provider-contract 2.4: some pages change while {@code prepare} runs, and all others arrive exact, in this packet and in
 * all later ones. Every other page is hot: the guest writes to it. Each hot page turns again and again into its cold
 * neighbour's twin and back, so that a codec that looks for matches in page memory finds them there, and they are gone, or
 * were not there yet, when it has read the page's own bytes.
 *
 * <p>Two guests write: one on its own thread, as a real one, and one at the very moments at which the method asks for
 * memory, which needs no luck.
 */
final class LiveMemory {

    private static final int PAGE_SIZE = 4096;
    private static final int PACKETS = 96;

    private final Trial trial;

    LiveMemory(Trial trial) {
        this.trial = trial;
    }

    static String check(Trial trial) throws Exception {
        trial.gate();
        LiveMemory rule = new LiveMemory(trial);
        rule.guestThatWritesWhenMemoryIsAskedFor();
        return rule.guestOnItsOwnThread();
    }

    private void guestThatWritesWhenMemoryIsAskedFor() {
        for (Layout layout : new Layout[] {Layout.ONE_RUN, Layout.ALTERNATING, Layout.UNSORTED}) {
            TestPages from = trial.sendPages(PAGE_SIZE, 16, layout);
            TestPages to = trial.recvPages(PAGE_SIZE, 16, Layout.ONE_RUN);
            try (Ends ends = new Ends()) {
                for (int packet = 0; packet < 8; packet++) {
                    Twins twins = new Twins(16, trial.random(packet));
                    from.fill(twins.content);
                    boolean[] touched = new boolean[16];
                    int[] step = {packet};
                    from.onAccess(() -> {
                        for (int page = 0; page < 16; page += 2) {
                            touched[page] = true;
                            from.write(page, 0, twins.variant(page, step[0] & 1), 0, PAGE_SIZE);
                        }
                        step[0]++;
                    });
                    byte[] payload = ends.outgoing.prepareLive(from);
                    from.onAccess(() -> { });
                    int number = packet;
                    trial.watch().enter(() -> "packet " + number + " of pages that change when memory is asked for");
                    ends.compare(payload, twins.content, touched, to, "packet " + packet + ", pages changed whenever the "
                            + "method asked for memory, " + from);
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
        int live = 0;
        int compared = 0;
        try (Ends ends = new Ends()) {
            for (int packet = 0; packet < PACKETS; packet++) {
                int number = packet;
                trial.watch().enter(() -> "packet " + number + " of pages that change all the time");
                Twins twins = new Twins(pages, trial.random(1000 + packet));
                from.fill(twins.content);
                guest.start(twins);
                byte[] payload;
                try {
                    payload = ends.outgoing.prepareLive(from);
                } finally {
                    guest.stop();
                }
                boolean[] touched = guest.touched();
                live += guest.wroteDuring() ? 1 : 0;
                compared += ends.compare(payload, twins.content, touched, to, "packet " + packet
                        + ", every other page being written to, " + from);
            }
        } finally {
            guest.end();
            thread.join();
        }
        if (live == 0) {
            throw new NotCheckable("in none of " + PACKETS + " packets a page changed while prepare ran");
        }
        return "pages changed during prepare in " + live + " of " + PACKETS + " packets, " + compared
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
                throw new RuleFailed(Rule.RULE_2_4, wrong + " of " + compared + " pages that did not change arrived wrong"
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

    /** Hot pages (even) and cold pages (odd): a hot page has two contents, one of them its cold neighbour's twin. */
    private static final class Twins {
        private final byte[] content;
        private final byte[][] other;
        private final byte[][] twin;

        Twins(int pages, SplittableRandom random) {
            content = new byte[pages * PAGE_SIZE];
            other = new byte[pages][];
            twin = new byte[pages][];
            for (int page = 0; page < pages; page += 2) {
                Content kind = random.nextInt(3) == 0 ? Content.TEXT : Content.NOISE;
                byte[] cold = kind.pages(PAGE_SIZE, 1, random);
                twin[page] = cold;
                other[page] = Content.NOISE.pages(PAGE_SIZE, 1, random);
                System.arraycopy(random.nextBoolean() ? cold : other[page], 0, content, page * PAGE_SIZE, PAGE_SIZE);
                if (page + 1 < pages) {
                    System.arraycopy(cold, 0, content, (page + 1) * PAGE_SIZE, PAGE_SIZE);
                }
            }
        }

        byte[] variant(int page, int which) {
            return which == 0 ? twin[page] : other[page];
        }
    }

    /** The guest's processor: writes to the hot pages for as long as it is let, and knows which. */
    private static final class Guest implements Runnable {
        private static final int CHUNK = 512;

        private final TestPages pages;
        private final boolean[] wrote;
        private volatile Twins twins;
        private volatile boolean writing;
        private volatile long writes;
        private volatile boolean ended;
        private volatile long started;
        private long atStart;
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
            atStart = writes;
        }

        /** Stops it, and waits until it has stopped: what it wrote is then seen. */
        void stop() {
            twins = null;
            while (writing) {
                Thread.yield();
            }
        }

        boolean wroteDuring() {
            return writes > atStart;
        }

        boolean[] touched() {
            return wrote.clone();
        }

        void end() {
            ended = true;
            LockSupport.unpark(thread);
        }

        /** A prepare that hangs must not leave a guest behind that writes for ever. */
        private boolean forgotten() {
            return System.nanoTime() - started > TimeUnit.SECONDS.toNanos(2 * Watch.DEADLINE_SECONDS);
        }

        @Override
        public void run() {
            int round = 0;
            while (!ended && !(twins != null && forgotten())) {
                writing = true;
                Twins now = twins;
                if (now != null) {
                    // One hot page at a time, in pieces, so that a codec meets half-written pages as well.
                    int page = 2 * (round * 7 % (wrote.length / 2));
                    wrote[page] = true;
                    byte[] variant = now.variant(page, round / (wrote.length / 2) & 1);
                    for (int at = 0; at < PAGE_SIZE; at += CHUNK) {
                        pages.write(page, at, variant, at, CHUNK);
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
