package org.multifd.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** What can be wrong with a receiver, and the one rule that catches it. */
class BrokenReceiversTest {

    private static final String SIX = " for 6 pages of 4096 bytes, ONE_RUN";
    private static final String ROUND = ": round \\d+, [A-Z_]+, \\d+ bytes after [0-2] good packets of [148] pages";

    static Stream<Broken> variants() {
        return Stream.of(
                new Broken("blocks in recvSetup", Rule.RULE_1_4, "no end within 3 s: recvSetup, at .*",
                        () -> Altered.receiver(params -> Broken.hang())),
                new Broken("blocks in recv", Rule.RULE_2_6, "no end within 3 s: (the first packets, ONE_RUN|packet 0, "
                        + "1 pages of TEXT), at .*", () -> receiving((pages, in) -> Broken.hang())),
                new Broken("blocks in close", Rule.RULE_4_1, "no end within 3 s: (the receiver's close|close after "
                        + "recvSetup), at .*", () -> closing(Broken::hang)),
                new Broken("no receiver", Rule.RULE_3_1, "recvSetup returned null",
                        () -> Altered.receiver(params -> null)),
                new Broken("interrupts its thread", Rule.RULE_3_1, "recv left the thread's interrupt set",
                        () -> receiving((pages, in) -> {
                            exact(pages, in);
                            Thread.currentThread().interrupt();
                        })),
                new Broken("error of a damaged payload", Rule.RULE_3_3, "recv threw java.lang.InternalError: \\d+"
                        + ROUND, () -> receiving((pages, in) -> {
                            if (in.length() < 256) {
                                throw new InternalError("" + in.length());
                            }
                            exact(pages, in);
                        })),
                new Broken("stack overflow of a damaged payload", Rule.RULE_3_3, "recv threw "
                        + "java.lang.StackOverflowError" + ROUND, () -> receiving((pages, in) -> {
                            if (in.length() < 256) {
                                Broken.overflow(0);
                            }
                            exact(pages, in);
                        })),
                new Broken("takes too much of the payload", Rule.RULE_3_2, "recv accepted the payloads of two packets"
                        + SIX, () -> receiving((pages, in) -> {
                            if (in.length() < pages.bytes()) {
                                throw new MultiFDException("too short");
                            }
                            pages.copyFrom(in.buffer());
                            in.buffer().position(in.buffer().limit());
                        })),
                new Broken("takes too little of the payload", Rule.RULE_3_2, "recv left 16384 of the payload's 16384 "
                        + "bytes over, as it was sent, 4 pages of 4096 bytes, ONE_RUN",
                        () -> receiving((pages, in) -> {
                            if (in.length() != pages.bytes()) {
                                exact(pages, in);
                            }
                            pages.copyFrom(in.buffer().duplicate());
                        })),
                new Broken("fills what it can", Rule.RULE_3_2, "recv accepted half of its payload" + SIX,
                        () -> receiving((pages, in) -> {
                            if (in.length() > pages.bytes()) {
                                throw new MultiFDException("too long");
                            }
                            ByteBuffer all = ByteBuffer.allocate(pages.bytes()).put(in.buffer());
                            pages.copyFrom(all.clear());
                        })),
                new Broken("writes beside the pages", Rule.RULE_3_2, "recv wrote outside the pages it was given, 4 "
                        + "pages of 4096 bytes, ONE_RUN", () -> receiving((pages, in) -> {
                            exact(pages, in);
                            ByteBuffer page = pages.buffer(0);
                            page.put(page.position() - 1, (byte) ~page.get(page.position() - 1));
                        })),
                new Broken("keeps pages beyond the call", Rule.RULE_3_2, "used PageRuns.buffer after recv returned",
                        BrokenReceiversTest::keepsPages),
                new Broken("as much memory as is claimed", Rule.RULE_3_4, "recv took 80(\\.\\d)? MiB of heap for a "
                        + "payload of 32768 bytes \\(claim \\d+ of 420\\); allowed are 64 MiB",
                        BrokenReceiversTest::believesClaims),
                new Broken("wraps an IOException", Rule.RULE_3_5, "recv turned java.io.IOException: the peer is gone "
                        + "into org.multifd.api.MultiFDException: reading failed \\(java.io.IOException: the peer is "
                        + "gone\\)", () -> receiving((pages, in) -> {
                            try {
                                exact(pages, in);
                            } catch (IOException e) {
                                throw new MultiFDException("reading failed", e);
                            }
                        })),
                new Broken("swallows an IOException", Rule.RULE_3_5, "recv swallowed java.io.IOException: the peer is "
                        + "gone", () -> receiving((pages, in) -> {
                            try {
                                exact(pages, in);
                            } catch (IOException e) {
                                return;
                            }
                        })),
                new Broken("swallows an interrupt", Rule.RULE_3_5, "recv swallowed "
                        + "java.nio.channels.ClosedByInterruptException", () -> receiving((pages, in) -> {
                            try {
                                exact(pages, in);
                            } catch (ClosedByInterruptException e) {
                                return;
                            }
                        })),
                new Broken("close that fails after an exception", Rule.RULE_3_6, "the receiver's close threw "
                        + "java.lang.IllegalStateException: a packet is unfinished after recv had thrown",
                        BrokenReceiversTest::unfinished));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void shouldFailTheOneRuleThatItBreaks(Broken variant) {
        variant.demandCaught();
    }

    /** What {@code recv} does. */
    @FunctionalInterface
    private interface Recv {
        void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException;
    }

    private static MultiFDMethods receiving(Recv recv) {
        return Altered.receiver(params -> new Altered.Receiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                recv.recv(pages, in);
            }
        });
    }

    /** As it should be. */
    private static void exact(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        if (in.length() != pages.bytes()) {
            throw new MultiFDException("expected " + pages.bytes() + " bytes, got " + in.length());
        }
        pages.copyFrom(in.buffer());
    }

    private static MultiFDMethods closing(Runnable close) {
        return Altered.receiver(params -> new Altered.Receiver() {
            @Override
            public void close() {
                close.run();
            }
        });
    }

    private static MultiFDMethods keepsPages() {
        return Altered.receiver(params -> new Altered.Receiver() {
            private PageRuns kept;

            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                super.recv(pages, in);
                kept = pages;
            }

            @Override
            public void close() {
                if (kept != null) {
                    kept.buffer(0);
                }
            }
        });
    }

    /** Takes the first four bytes, which are a page's, for a length as well. */
    private static MultiFDMethods believesClaims() {
        return receiving((pages, in) -> {
            if (in.length() == 8 * pages.pageSize() && in.buffer().getInt(in.buffer().position()) > 0x7F000000) {
                ByteBuffer.allocate(80 << 20);
            }
            exact(pages, in);
        });
    }

    private static MultiFDMethods unfinished() {
        return Altered.receiver(params -> new Altered.Receiver() {
            private int unfinished;

            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                unfinished++;
                super.recv(pages, in);
                unfinished--;
            }

            @Override
            public void close() {
                if (unfinished > 0) {
                    throw new IllegalStateException("a packet is unfinished");
                }
            }
        });
    }
}
