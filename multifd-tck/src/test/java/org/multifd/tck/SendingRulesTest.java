package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.reference.DeflateMethods;

class SendingRulesTest {

    @Test
    void shouldRefuseASenderThatStaysOnItsFirstThread() {
        assertEquals("set up on one thread and used on another: prepare threw java.lang.IllegalStateException: wrong "
                + "thread for 8 pages of 4096 bytes, ONE_RUN", Verdict.onlyFailure(Rule.RULE_2_1, () ->
                Altered.sender(params -> {
                    Thread home = Thread.currentThread();
                    return new Altered.Sender() {
                        @Override
                        public void prepare(PageRuns pages, Payload out) {
                            if (Thread.currentThread() != home) {
                                throw new IllegalStateException("wrong thread");
                            }
                            pages.copyTo(out.buffer());
                        }
                    };
                })));
    }

    @Test
    void shouldRefuseASenderThatTakesOneRunForAllPages() {
        assertEquals("recv threw org.multifd.api.MultiFDException: expected 8192 bytes, got 4096 for a payload of "
                + "4096 bytes as it was sent, 2 pages of 4096 bytes, ONE_RUN", sending(Rule.RULE_2_2, (pages, out) ->
                out.buffer().put(pages.buffer(0))));
    }

    @Test
    void shouldRefuseASenderThatGivesUpOnManyRuns() {
        assertEquals("prepare threw org.multifd.api.MultiFDException: 128 runs for 128 pages of 4096 bytes, "
                + "ALTERNATING",
                sending(Rule.RULE_2_2, (pages, out) -> {
                    if (pages.runs() > 100) {
                        throw new MultiFDException(pages.runs() + " runs");
                    }
                    pages.copyTo(out.buffer());
                }));
    }

    @Test
    void shouldSeeNativeCodeWritingToPagesThatAreOnlyRead() {
        for (int offset : new int[] {-60_000, 0, 60_000}) {
            assertEquals("prepare wrote to memory that it may only read, for 9 pages of 4096 bytes, ONE_RUN",
                    sending(Rule.RULE_2_5, (pages, out) -> {
                        pages.copyTo(out.buffer());
                        NativeCode.flip(pages.buffer(0), offset);
                    }));
        }
    }

    @Test
    void shouldSeeNativeCodeWritingBesideThePayload() {
        for (int offset : new int[] {-4000, ChannelParams.PAYLOAD_LIMIT + 4000}) {
            assertEquals("bytes were written beside the payload's memory, TEXT, no parameters",
                    sending(Rule.RULE_2_3, (pages, out) -> {
                pages.copyTo(out.buffer());
                NativeCode.flip(out.buffer(), offset);
            }));
        }
    }

    @Test
    void shouldRefuseASenderThatRefusesZeroPages() {
        assertEquals("prepare threw org.multifd.api.MultiFDException: all zeros for 3 pages of 4096 bytes, ONE_RUN",
                sending(Rule.RULE_2_2, (pages, out) -> {
                    pages.copyTo(out.buffer());
                    if (out.buffer().flip().mismatch(ByteBuffer.allocate(pages.bytes())) < 0) {
                        throw new MultiFDException("all zeros");
                    }
                    out.buffer().position(pages.bytes());
                }));
    }

    /** Its output has room for as much as comes in: noise does not shrink, it grows. */
    @Test
    void shouldRefuseAMethodThatCannotTakeNoise() {
        String reason = Verdict.onlyFailure(Rule.RULE_2_3, () -> new Altered(new DeflateMethods()) {
            @Override
            public List<MethodParameter> parameters() {
                return List.of(MethodParameter.integer("multifd-zlib-level", 1, 9, 1, "not 0, which never shrinks"));
            }

            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                MultiFDSender good = super.sendSetup(params);
                return new MultiFDSender() {
                    @Override
                    public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                        out.buffer().limit(pages.bytes());
                        good.prepare(pages, out);
                    }

                    @Override
                    public void close() throws MultiFDException {
                        good.close();
                    }
                };
            }
        });
        assertEquals("prepare threw org.multifd.api.MultiFDException: the payload does not fit 524288 bytes for 128 "
                + "pages of 4096 bytes, ONE_RUN, NOISE, {multifd-zlib-level=1}", reason);
    }

    @Test
    void shouldRefuseAnEmptyPayload() {
        assertEquals("the payload has 0 bytes, allowed are 1 to 1048576, for 1 page of 4096 bytes, ONE_RUN, CONSTANT, "
                + "no parameters", sending(Rule.RULE_2_3, (pages, out) -> {
                    ByteBuffer page = pages.buffer(0);
                    if (pages.pages() > 1 || page.getLong(page.position()) != page.getLong(page.position() + 8)) {
                        pages.copyTo(out.buffer());
                    }
                }));
    }

    @Test
    void shouldRefuseBytesBeyondTheLimit() {
        assertEquals("the payload has 1048577 bytes, allowed are 1 to 1048576, for 128 pages of 4096 bytes, ONE_RUN, "
                + "TEXT, no parameters", sending(Rule.RULE_2_3, (pages, out) -> {
                    pages.copyTo(out.buffer());
                    if (pages.pages() == 128) {
                        out.buffer().limit(out.buffer().limit() + 1).position(1048577);
                    }
                }));
    }

    @Test
    void shouldRefuseBytesBehindThePagesAndAHeadThatIsTooLong() {
        assertEquals("4096 bytes were put behind the appended pages, TEXT, no parameters",
                sending(Rule.RULE_2_3, (pages, out) -> {
                    out.appendPages();
                    out.buffer().position(pages.pageSize());
                }));
        assertEquals("the payload has 1048577 bytes, allowed are 1 to 1048576, for 128 pages of 4096 bytes, ONE_RUN, "
                + "TEXT, no parameters", sending(Rule.RULE_2_3, (pages, out) -> {
                    if (pages.pages() == 128) {
                        out.buffer().position(512 * 1024 + 1);
                        out.appendPages();
                    } else {
                        pages.copyTo(out.buffer());
                    }
                }));
    }

    @Test
    void shouldRefuseCopyFromWhileSending() {
        assertEquals("called PageRuns.copyFrom while sending: pages are only read",
                sending(Rule.RULE_2_5, (pages, out) -> {
            pages.copyTo(out.buffer());
            pages.copyFrom(ByteBuffer.allocate(pages.bytes()));
        }));
    }

    /** Native code does not ask whether a buffer is read-only. */
    @Test
    void shouldSeeNativeCodeWriteToThePages() {
        byte[] frame = Zstd.compress(new byte[16]);
        ByteBuffer source = ByteBuffer.allocateDirect(frame.length).put(0, frame);
        assertEquals("prepare wrote to memory that it may only read, for 9 pages of 4096 bytes, ONE_RUN",
                sending(Rule.RULE_2_5, (pages, out) -> {
                    pages.copyTo(out.buffer());
                    ByteBuffer page = pages.buffer(0);
                    if (Zstd.decompressDirectByteBuffer(page, page.position(), 16, source, 0, frame.length) != 16) {
                        throw new MultiFDException("nothing was written");
                    }
                }));
    }

    @Test
    void shouldRefuseAPacketThatComesWithTheNextOne() {
        String reason = Verdict.onlyFailure(Rule.RULE_2_6, () -> Altered.sender(params -> new Altered.Sender() {
            private byte[] held = {0};

            @Override
            public void prepare(PageRuns pages, Payload out) {
                out.buffer().put(held);
                held = new byte[pages.bytes()];
                pages.copyTo(ByteBuffer.wrap(held));
            }
        }));
        assertEquals("recv threw org.multifd.api.MultiFDException: expected 4096 bytes, got 1 for a payload of 1 "
                + "bytes as it was sent, 1 page of 4096 bytes, ONE_RUN", reason);
    }

    /** A counter that is too small, a window that wraps: neither shows in a few packets. */
    @Test
    void shouldCatchAPacketThatIsWrongLateOnly() {
        RuleResult result = new Conformance(corrupting(1200, 0)).check(Rule.RULE_2_6);
        assertEquals(RuleResult.Outcome.FAILED, result.outcome(), result.line());
        assertTrue(result.detail().matches(".*, packet 1[0-9]{3} of a long run \\(seed 20190801\\)"), result.line());
    }

    @Test
    void shouldSendAsManyPacketsAsAskedFor() {
        assertEquals("long run: 1500 packets, each one compared",
                new Conformance(corrupting(2000, 0)).check(Rule.RULE_2_6).detail());
        assertEquals(RuleResult.Outcome.FAILED, new Conformance(corrupting(2000, 2500)).check(Rule.RULE_2_6)
                .outcome());
    }

    /** Copies pages, and changes a byte from that packet of a channel on. */
    private static Subject corrupting(int from, int packets) {
        return new Subject() {
            @Override
            public MultiFDMethods methods() {
                return Altered.sender(params -> new Altered.Sender() {
                    private int sent;

                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        pages.copyTo(out.buffer());
                        if (sent++ >= from) {
                            out.buffer().put(0, (byte) ~out.buffer().get(0));
                        }
                    }
                });
            }

            @Override
            public int packets() {
                return packets;
            }

            @Override
            public int budgetSeconds() {
                return Verdict.PATIENCE;
            }
        };
    }

    @Test
    void shouldSayWhichRuleCameInTheWay() {
        RuleResult result = new Conformance(() -> Altered.receiver(params -> new Altered.Receiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws IOException {
                in.buffer().position(in.buffer().limit());
            }
        })).check(Rule.RULE_4_3);
        assertEquals(RuleResult.Outcome.NOT_CHECKABLE, result.outcome());
        assertEquals("rule 2.6 fails first: recv did not restore the pages: page 0 differs at byte 0, "
                + "4 pages of 4096 bytes, ONE_RUN (seed 20190801)", result.detail());
        assertEquals(Rule.RULE_2_6, result.cause().rule());
    }

    private interface Prepare {
        void prepare(PageRuns pages, Payload out) throws MultiFDException;
    }

    private static String sending(Rule rule, Prepare prepare) {
        return Verdict.onlyFailure(rule, () -> sender(prepare));
    }

    private static MultiFDMethods sender(Prepare prepare) {
        return Altered.sender(params -> new Altered.Sender() {
            @Override
            public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                prepare.prepare(pages, out);
            }
        });
    }
}
