package org.multifd.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.api.Standalone;

/** What can be wrong with what a method need not have, and the one rule that catches it. */
class BrokenExtensionsTest {

    private static final String WRONG =
            ": recv did not restore the pages: page 0 differs at byte 0, \\d+ pages of 4096 bytes, ONE_RUN";

    static Stream<Broken> variants() {
        return Stream.of(
                new Broken("no answer whether packets stand alone", Rule.RULE_2_7, "standalone\\(\\) returned null",
                        () -> alone(null, false)),
                new Broken("packets that need those before them", Rule.RULE_2_7, "packet \\d+, received (as the first "
                        + "one|in another order than it was sent in)" + WRONG,
                        () -> alone(Standalone.OWN_FORM, false)),
                new Broken("a form of its own, said to be the wire's", Rule.RULE_2_7, "packet 39, received by a "
                        + "receiver that was set up as usual" + WRONG, () -> alone(Standalone.WIRE_FORM, true)),
                new Broken("blocks at the end of a round", Rule.RULE_2_8, "no end within 3 s: the sender's endOfRound, "
                        + "at .*", () -> endingRounds(Broken::hang)),
                new Broken("fails at the end of a round", Rule.RULE_2_8, "the sender's endOfRound threw "
                        + "org.multifd.api.MultiFDException: round", () -> endingRounds(() -> {
                            throw new MultiFDException("round");
                        })),
                new Broken("a receiver that fails at the end of a round", Rule.RULE_3_7, "the receiver's endOfRound "
                        + "threw java.lang.IllegalStateException: round",
                        () -> Altered.receiver(params -> new Altered.Receiver() {
                            @Override
                            public void endOfRound() {
                                throw new IllegalStateException("round");
                            }
                        })),
                new Broken("state that the receiver keeps at the end of a round", Rule.RULE_2_8, "behind the end of a "
                        + "round" + WRONG.replace("pages ", "pages? "), BrokenExtensionsTest::countingRounds),
                new Broken("wrong with little effort", Rule.RULE_2_9, "with effort 0: recv did not restore the pages: "
                        + "page \\d+ differs at byte 4095, \\d+ pages? of 4096 bytes, ONE_RUN",
                        () -> Broken.preparing((pages, out) -> {
                            pages.copyTo(out.buffer());
                            if (out.effort() == Payload.LEAST_EFFORT) {
                                Broken.flipLast(out.buffer());
                            }
                        })));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void shouldFailTheOneRuleThatItBreaks(Broken variant) {
        variant.demandCaught();
    }

    /** What the end of a round does. */
    @FunctionalInterface
    private interface End {
        void endOfRound() throws MultiFDException;
    }

    private static MultiFDMethods endingRounds(End end) {
        return Altered.sender(params -> new Altered.Sender() {
            @Override
            public void endOfRound() throws MultiFDException {
                end.endOfRound();
            }
        });
    }

    /** Mixes the number of the round into the first byte; the receiver does not count. */
    private static MultiFDMethods countingRounds() {
        return Altered.sender(params -> new Altered.Sender() {
            private int round;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                pages.copyTo(out.buffer());
                out.buffer().put(0, (byte) (out.buffer().get(0) ^ round));
            }

            @Override
            public void endOfRound() {
                round++;
            }
        });
    }

    /** Mixes the first byte of each packet with the last one of the packet before, but for packets that stand alone. */
    private static MultiFDMethods alone(Standalone said, boolean kept) {
        return new Altered() {
            @Override
            public Standalone standalone() {
                return said;
            }

            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                boolean alone = kept && params.standalone();
                return new Altered.Sender() {
                    private byte last = 1;

                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        ByteBuffer payload = out.buffer();
                        pages.copyTo(payload);
                        byte next = payload.get(payload.position() - 1);
                        payload.put(0, (byte) (payload.get(0) ^ (alone ? 0 : last)));
                        last = (byte) (next | 1);
                    }
                };
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                boolean alone = kept && params.standalone();
                return new Altered.Receiver() {
                    private byte last = 1;

                    @Override
                    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                        super.recv(pages, in);
                        ByteBuffer first = pages.buffer(0);
                        first.put(first.position(), (byte) (first.get(first.position()) ^ (alone ? 0 : last)));
                        ByteBuffer end = pages.buffer(pages.runs() - 1);
                        last = (byte) (end.get(end.limit() - 1) | 1);
                    }
                };
            }
        };
    }
}
