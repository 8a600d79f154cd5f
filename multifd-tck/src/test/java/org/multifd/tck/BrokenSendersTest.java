package org.multifd.tck;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** What can be wrong with a sender, and the one rule that catches it. */
class BrokenSendersTest {

    private static final String FOUR = "4 pages of 4096 bytes, ONE_RUN";

    static Stream<Broken> variants() {
        return Stream.of(
                new Broken("corrupts packets late", Rule.RULE_2_6, "recv did not restore the pages: page \\d differs "
                        + "at byte 4095, \\d pages? of 4096 bytes, ONE_RUN, packet 1[89]\\d of a long run",
                        BrokenSendersTest::late),
                new Broken("state that the receiver forgets", Rule.RULE_2_6, "recv did not restore the pages: page 0 "
                        + "differs at byte 0, 2 pages of 4096 bytes, ONE_RUN", BrokenSendersTest::stateful),
                new Broken("refers to live memory in later packets", Rule.RULE_2_6, "recv did not restore the pages: "
                        + "page 0 differs at byte 0, 2 pages of 4096 bytes, ONE_RUN",
                        BrokenSendersTest::keepsPagesAsHistory),
                new Broken("payload too short", Rule.RULE_2_6, "recv threw org.multifd.api.MultiFDException: expected "
                        + "4096 bytes, got 4095 for a payload of 4095 bytes as it was sent, 1 page of 4096 bytes, "
                        + "ONE_RUN",
                        () -> Broken.preparing((pages, out) -> {
                            pages.copyTo(out.buffer());
                            out.buffer().position(pages.bytes() - 1);
                        })),
                new Broken("payload too long", Rule.RULE_2_6, "recv threw org.multifd.api.MultiFDException: expected "
                        + "4096 bytes, got 4097 for a payload of 4097 bytes as it was sent, 1 page of 4096 bytes, "
                        + "ONE_RUN",
                        () -> Broken.preparing((pages, out) -> {
                            pages.copyTo(out.buffer());
                            out.buffer().put((byte) 0);
                        })),
                new Broken("blocks in sendSetup", Rule.RULE_1_4, "no end within 3 s: sendSetup, at .*",
                        () -> Altered.sender(params -> Broken.hang())),
                new Broken("blocks in prepare", Rule.RULE_2_6, "no end within 3 s: (the first packets, ONE_RUN|packet "
                        + "0, 1 pages of TEXT), at .*", () -> Broken.preparing((pages, out) -> Broken.hang())),
                new Broken("blocks in close", Rule.RULE_4_1, "no end within 3 s: (the sender's close|close after "
                        + "sendSetup), at .*", () -> closing(Broken::hang)),
                new Broken("error in prepare", Rule.RULE_2_2, "prepare threw java.lang.LinkageError: codec for " + FOUR,
                        () -> Broken.preparing((pages, out) -> {
                            throw new LinkageError("codec");
                        })),
                new Broken("stack overflow in prepare", Rule.RULE_2_2, "prepare threw java.lang.StackOverflowError for "
                        + FOUR, () -> Broken.preparing((pages, out) -> Broken.overflow(0))),
                new Broken("no sender", Rule.RULE_2_1, "sendSetup returned null", () -> Altered.sender(params -> null)),
                new Broken("interrupts its thread", Rule.RULE_2_1, "prepare left the thread's interrupt set",
                        () -> Broken.preparing((pages, out) -> {
                            pages.copyTo(out.buffer());
                            Thread.currentThread().interrupt();
                        })),
                new Broken("interrupts its thread in close", Rule.RULE_2_1, "the sender's close left the thread's "
                        + "interrupt set", () -> closing(() -> Thread.currentThread().interrupt())),
                new Broken("no room for what does not shrink", Rule.RULE_2_3, "prepare threw "
                        + "java.nio.BufferOverflowException for 128 pages of 4096 bytes, ONE_RUN, NOISE, no parameters",
                        () -> Broken.preparing(BrokenSendersTest::narrow)),
                new Broken("keeps pages beyond the call", Rule.RULE_2_5, "used PageRuns.buffer after prepare returned",
                        BrokenSendersTest::keepsPages),
                new Broken("looks at pages twice", Rule.RULE_2_4, "\\d+ of \\d+ pages that did not change arrived "
                        + "wrong: packet \\d, pages changed whenever the method asked for memory, 16 pages of 4096 "
                        + "bytes, ONE_RUN", LiveMemoryTest::sameAsBefore),
                new Broken("close that fails", Rule.RULE_4_1, "the sender's close threw "
                        + "org.multifd.api.MultiFDException: closed", () -> closing(() -> {
                            throw new MultiFDException("closed");
                        })),
                new Broken("second close that fails", Rule.RULE_4_1, "the sender cannot be closed again: the "
                        + "sender's close threw org.multifd.api.MultiFDException: closed",
                        BrokenSendersTest::closingOnce));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void shouldFailTheOneRuleThatItBreaks(Broken variant) {
        variant.demandCaught();
    }

    private static MultiFDMethods late() {
        return Altered.sender(params -> new Altered.Sender() {
            private int sent;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                pages.copyTo(out.buffer());
                if (sent++ >= 3 * Broken.PACKETS / 4) {
                    Broken.flipLast(out.buffer());
                }
            }
        });
    }

    /** Each packet is mixed with the last byte of the one before. */
    private static MultiFDMethods stateful() {
        return Altered.sender(params -> new Altered.Sender() {
            private byte last;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                ByteBuffer payload = out.buffer();
                pages.copyTo(payload);
                payload.put(0, (byte) (payload.get(0) ^ last));
                last = (byte) (payload.get(payload.position() - 1) | 1);
            }
        });
    }

    /** Each packet's first byte is the difference to what the pages of the one before hold by now. */
    private static MultiFDMethods keepsPagesAsHistory() {
        return Altered.sender(params -> new Altered.Sender() {
            private ByteBuffer history;
            private byte then;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                ByteBuffer payload = out.buffer();
                pages.copyTo(payload);
                if (history != null) {
                    payload.put(0, (byte) (payload.get(0) ^ then ^ history.get(history.position())));
                }
                history = pages.buffer(0).duplicate();
                then = history.get(history.position());
            }
        });
    }

    /** Makes room for what shrinks by a tenth. */
    private static void narrow(PageRuns pages, Payload out) {
        ByteBuffer copy = ByteBuffer.allocate(pages.bytes());
        pages.copyTo(copy);
        Deflater deflater = new Deflater(1);
        deflater.setInput(copy.array());
        deflater.finish();
        int size = deflater.deflate(new byte[2 * pages.bytes()]);
        deflater.end();
        if (size > pages.bytes() * 9L / 10 && pages.pages() == 128) {
            throw new BufferOverflowException();
        }
        out.buffer().put(copy.flip());
    }

    private static MultiFDMethods keepsPages() {
        return Altered.sender(params -> new Altered.Sender() {
            private PageRuns kept;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                pages.copyTo(out.buffer());
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

    /** What close does. */
    @FunctionalInterface
    private interface Close {
        void close() throws MultiFDException;
    }

    private static MultiFDMethods closing(Close close) {
        return Altered.sender(params -> new Altered.Sender() {
            @Override
            public void close() throws MultiFDException {
                close.close();
            }
        });
    }

    private static MultiFDMethods closingOnce() {
        return Altered.sender(params -> new Altered.Sender() {
            private final List<String> closes = new ArrayList<>();

            @Override
            public void close() throws MultiFDException {
                if (!closes.isEmpty()) {
                    throw new MultiFDException("closed");
                }
                closes.add("once");
            }
        });
    }
}
