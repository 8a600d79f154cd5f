package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

class ReceivingRulesTest {

    @Test
    void shouldRefuseAReceiverThatStaysOnItsFirstThread() {
        assertEquals("set up on one thread and used on another: recv threw java.lang.IllegalStateException: wrong "
                + "thread for a payload of 24576 bytes as it was sent, 6 pages of 4096 bytes, ONE_RUN",
                Verdict.onlyFailure(Rule.RULE_3_1, () -> Altered.receiver(params -> {
                    Thread home = Thread.currentThread();
                    return new Altered.Receiver() {
                        @Override
                        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                            if (Thread.currentThread() != home) {
                                throw new IllegalStateException("wrong thread");
                            }
                            super.recv(pages, in);
                        }
                    };
                })));
    }

    @Test
    void shouldRefuseAReceiverThatFillsOneRunOnly() {
        assertEquals("recv did not restore the pages: page 1 differs at byte 0, 2 pages of 4096 bytes, ALTERNATING",
                receiving(Rule.RULE_3_2, (pages, in) -> {
                    exact(pages, in);
                    ByteBuffer payload = in.buffer();
                    ByteBuffer first = pages.buffer(0);
                    first.put(payload.slice(payload.position(), first.remaining()));
                    payload.position(payload.limit());
                }));
    }

    @Test
    void shouldRefuseAnExceptionThatDoesNotSayInOneLineWhatIsWrong() {
        assertEquals("the exception for half of its payload does not say in one line what is wrong: \"null\"",
                receiving(Rule.RULE_3_2, (pages, in) -> {
                    if (in.length() != pages.bytes()) {
                        throw new MultiFDException(null);
                    }
                    pages.copyFrom(in.buffer());
                }));
    }

    @Test
    void shouldRefusePayloadThatIsLeftOver() {
        assertEquals("recv left 16384 of the payload's 16384 bytes over, as it was sent, 4 pages of 4096 bytes, "
                + "ONE_RUN",
                receiving(Rule.RULE_3_2, (pages, in) -> {
                    exact(pages, in);
                    pages.copyFrom(in.buffer().duplicate());
                }));
        assertEquals("recv took the payload both by buffer() and by readInto(), as it was sent, "
                + "4 pages of 4096 bytes, ONE_RUN", receiving(Rule.RULE_3_2, (pages, in) -> {
                    in.buffer();
                    in.readInto(pages);
                }));
    }

    @Test
    void shouldSeeReadingBeyondThePayload() {
        String reason = receiving(Rule.RULE_3_2, (pages, in) -> {
            ByteBuffer payload = in.buffer();
            if (payload.remaining() > pages.bytes()) {
                throw new MultiFDException("too long");
            }
            ByteBuffer whole = payload.duplicate();
            whole.limit(Math.min(whole.capacity(), whole.position() + pages.bytes()));
            byte[] copy = new byte[pages.bytes()];
            whole.get(copy, 0, Math.min(copy.length, whole.remaining()));
            pages.copyFrom(ByteBuffer.wrap(copy));
            if (payload.remaining() < pages.bytes()) {
                throw new MultiFDException("too short");
            }
            payload.position(payload.limit());
        });
        assertEquals("recv read beyond a payload of 1 bytes: what lay behind it made a difference", reason);
    }

    @Test
    void shouldRefuseAnotherExceptionForAHostilePayload() {
        String reason = receiving(Rule.RULE_3_3, (pages, in) -> {
            if (in.length() < 256) {
                throw new IndexOutOfBoundsException("index " + in.length());
            }
            exact(pages, in);
            pages.copyFrom(in.buffer());
        });
        assertTrue(reason.matches("recv threw java.lang.IndexOutOfBoundsException: index \\d+: round \\d+, [A-Z_]+, "
                + "\\d+ bytes after [0-2] good packets of [148] pages"), reason);
    }

    @Test
    void shouldSeeBytesWrittenBesideThePages() {
        String reason = receiving(Rule.RULE_3_3, (pages, in) -> {
            if (in.length() < 256) {
                ByteBuffer page = pages.buffer(0);
                page.put(page.position() - 1, (byte) ~page.get(page.position() - 1));
            }
            exact(pages, in);
            pages.copyFrom(in.buffer());
        });
        assertTrue(reason.matches("recv wrote outside the pages it was given, \\d+ pages? of 4096 bytes, [A-Z_]+: "
                + "round \\d+, .*"), reason);
    }

    /** Farther than a buffer reaches: what native code does that takes the pages' number for its limit. */
    @Test
    void shouldSeeNativeCodeWritingFarBesideThePages() {
        for (int beyond : new int[] {-60_000, 60_000}) {
            assertEquals("recv wrote outside the pages it was given, 4 pages of 4096 bytes, ONE_RUN",
                    receiving(Rule.RULE_3_2, (pages, in) -> {
                        exact(pages, in);
                        pages.copyFrom(in.buffer());
                        NativeCode.flip(pages.buffer(0), beyond > 0 ? pages.bytes() + beyond : beyond);
                    }));
        }
    }

    @Test
    void shouldSeeNativeCodeWritingToThePayloadOrBesideIt() {
        for (int offset : new int[] {-2000, 0, 2000}) {
            String reason = receiving(Rule.RULE_3_3, (pages, in) -> {
                if (in.length() < 256) {
                    NativeCode.flip(in.buffer().slice(), offset);
                }
                exact(pages, in);
                pages.copyFrom(in.buffer());
            });
            assertTrue(reason.startsWith("recv wrote to the payload's memory or beside it: that is only read: round "),
                    reason);
        }
    }

    @Test
    void shouldEndAHang() {
        String reason = Verdict.onlyFailureOf(new Subject() {
            @Override
            public MultiFDMethods methods() {
                return receiver((pages, in) -> {
                    while (in.length() % 4 == 3) {
                        if (Thread.currentThread().isInterrupted()) {
                            throw new MultiFDException("the kit gave up");
                        }
                        Thread.onSpinWait();
                    }
                    exact(pages, in);
                    pages.copyFrom(in.buffer());
                });
            }

            @Override
            public int deadlineSeconds() {
                return 5;
            }

            @Override
            public int hostileRounds() {
                return 300;
            }
        }, Rule.RULE_3_3);
        assertTrue(reason.matches("no end within 5 s: round \\d+, [A-Z_]+, \\d+ bytes after .* pages, at .*"), reason);
    }

    @Test
    void shouldRefuseSilentCorruptionWhereTheFormatCanTell() {
        String reason = Verdict.onlyFailureOf(new Subject() {
            @Override
            public MultiFDMethods methods() {
                return new Altered();
            }

            @Override
            public boolean detectsCorruption() {
                return true;
            }
        }, Rule.RULE_3_3);
        assertTrue(reason.startsWith("recv accepted a corrupted payload, which the format is said to tell, and "
                + "restored wrong bytes: round "), reason);
    }

    @Test
    void shouldTryTheSubjectsOwnPayloads() {
        byte[] attack = {1, 2, 3};
        String reason = Verdict.onlyFailureOf(new Subject() {
            @Override
            public MultiFDMethods methods() {
                return receiver((pages, in) -> {
                    if (in.length() == attack.length && in.buffer().get(in.buffer().position()) == 1) {
                        throw new NegativeArraySizeException("-1");
                    }
                    exact(pages, in);
                    pages.copyFrom(in.buffer());
                });
            }

            @Override
            public List<byte[]> hostilePayloads() {
                return List.of(attack);
            }
        }, Rule.RULE_3_3);
        assertTrue(reason.startsWith("recv threw java.lang.NegativeArraySizeException: -1: round 0, the subject's "
                + "own, 3 bytes"),
                reason);
    }

    @Test
    void shouldSeeMemoryThatAPayloadClaims() {
        String heap = claiming(false);
        assertTrue(heap.matches("recv took 80(\\.\\d)? MiB of heap" + CLAIM), heap);
        String direct = claiming(true);
        assertTrue(direct.matches("recv took \\d+ MiB of direct buffers" + CLAIM), direct);
    }

    private static final String CLAIM = " for a payload of 32772 bytes \\(claim \\d+ of 420\\); allowed are 64 MiB";

    /** Pages behind their length, which the receiver believes for as long as it can. */
    private static String claiming(boolean direct) {
        // Of the other rules' hostile payloads each one would leave 80 MiB to the collector, more than it keeps up
        // with.
        return Verdict.onlyFailure(Rule.RULE_3_4, 10, () -> new Altered() {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                return new Altered.Sender() {
                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        out.buffer().putInt(pages.bytes());
                        pages.copyTo(out.buffer());
                    }
                };
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                return new Altered.Receiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                        ByteBuffer payload = in.buffer();
                        int length = payload.remaining() < 4 ? -1 : payload.getInt();
                        if (length < 0) {
                            throw new MultiFDException("expected a length");
                        }
                        int size = Math.min(length, 80 << 20);
                        ByteBuffer room = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
                        if (length != pages.bytes() || payload.remaining() != length) {
                            throw new MultiFDException("expected " + pages.bytes() + " bytes, got " + length);
                        }
                        pages.copyFrom(room.put(payload).flip());
                    }
                };
            }
        });
    }

    private interface Recv {
        void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException;
    }

    private static void exact(PageRuns pages, PayloadSource in) throws MultiFDException {
        if (in.length() != pages.bytes()) {
            throw new MultiFDException("expected " + pages.bytes() + " bytes, got " + in.length());
        }
    }

    private static String receiving(Rule rule, Recv recv) {
        return Verdict.onlyFailure(rule, () -> receiver(recv));
    }

    private static MultiFDMethods receiver(Recv recv) {
        return Altered.receiver(params -> new Altered.Receiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                recv.recv(pages, in);
            }
        });
    }
}
