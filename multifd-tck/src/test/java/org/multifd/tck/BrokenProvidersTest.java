package org.multifd.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** What can be wrong with a provider and with what its channels share, and the one rule that catches it. */
class BrokenProvidersTest {

    static Stream<Broken> variants() {
        return Stream.of(
                new Broken("blocks in its constructor", Rule.RULE_1_3, "no end within 3 s: constructing the provider "
                        + "and what every rule begins with, at .*", Broken::hang),
                new Broken("stack overflow in its constructor", Rule.RULE_1_3, "java.lang.StackOverflowError",
                        () -> named(Broken.overflow(0) + "")),
                new Broken("blocks in name", Rule.RULE_1_3, "no end within 3 s: constructing the provider and what "
                        + "every rule begins with, at .*", () -> new Altered() {
                            @Override
                            public String name() {
                                return Broken.hang();
                            }
                        }),
                new Broken("a name that changes", Rule.RULE_1_3, "name\\(\\) answered copy\\d+, then copy\\d+",
                        BrokenProvidersTest::counting),
                new Broken("blocks in its probe", Rule.RULE_1_4, "no end within 3 s: availability\\(\\), at .*",
                        () -> probing(Broken::hang)),
                new Broken("stack overflow in its probe", Rule.RULE_1_4, "availability\\(\\) threw"
                        + "(: java.lang.StackOverflowError| java.lang.StackOverflowError)",
                        () -> probing(() -> Broken.overflow(0))),
                new Broken("no answer", Rule.RULE_1_4, "availability\\(\\) returned null", () -> new Altered() {
                    @Override
                    public Availability availability() {
                        return null;
                    }
                }),
                new Broken("one channel's state for all", Rule.RULE_4_3, "two channels in turn: recv did not restore "
                        + "the pages: page 0 differs at byte 0, 5 pages of 4096 bytes, ONE_RUN",
                        BrokenProvidersTest::latestChannelsKey),
                new Broken("one buffer for all threads", Rule.RULE_4_3, "four channels at once: recv did not restore "
                        + "the pages: page \\d+ differs at byte \\d+, 16 pages of 4096 bytes, ONE_RUN",
                        BrokenProvidersTest::oneBuffer),
                new Broken("a value that the other end must have, too", Rule.RULE_5_2, "sent with "
                        + "\\{multifd-copy-level=9\\}, received with \\{multifd-copy-level=\\d\\}: recv did not "
                        + "restore the pages: page 31 differs at byte 4095, 32 pages of 4096 bytes, ONE_RUN",
                        BrokenProvidersTest::wrongWithAValue),
                new Broken("a thread that stays", Rule.RULE_4_4, "its thread \"copier\" is still alive after "
                        + "everything was closed", BrokenProvidersTest::leavingAThread));
    }

    static Stream<Broken> leaks() {
        List<Object> kept = new ArrayList<>();
        return Stream.of(
                new Broken("heap of each channel", Rule.RULE_4_1, "each sender leaves about 8\\d* (KiB|bytes) of heap "
                        + "behind when it is closed", () -> Broken.settingUp(() -> kept.add(new byte[8000]))),
                new Broken("direct memory of each channel", Rule.RULE_4_1, "each sender leaves about 20 KiB of direct "
                        + "buffers behind when it is closed",
                        () -> Broken.settingUp(() -> kept.add(ByteBuffer.allocateDirect(20 << 10)))),
                new Broken("native memory of each channel", Rule.RULE_4_1, "each sender leaves about [234]\\d KiB of "
                        + "native memory behind when it is closed",
                        () -> Broken.settingUp(() -> NativeCode.allocate(32 << 10))),
                new Broken("native memory of each failed set-up", Rule.RULE_4_2, "each failed sendSetup leaves about "
                        + "[234]\\d KiB of native memory behind", BrokenProvidersTest::leakingIfItFails),
                new Broken("heap of each packet", Rule.RULE_4_7, "each packet of 16 pages leaves about 6[4-9] KiB of "
                        + "heap behind in its channel", () -> keeping(pages -> {
                            ByteBuffer copy = ByteBuffer.allocate(pages.bytes());
                            pages.copyTo(copy);
                            return copy;
                        })),
                new Broken("direct memory of each packet", Rule.RULE_4_7, "each packet of 16 pages leaves about 64 KiB "
                        + "of direct buffers behind in its channel",
                        () -> keeping(pages -> ByteBuffer.allocateDirect(pages.bytes()))),
                new Broken("native memory of each packet", Rule.RULE_4_7, "each packet of 16 pages leaves about "
                        + "[23]\\d KiB of native memory behind in its channel", BrokenProvidersTest::nativePackets),
                new Broken("too much heap for a channel", Rule.RULE_4_7, "a channel's two ends keep 13\\d(\\.\\d)? MiB "
                        + "of heap; allowed are 128 MiB, a quarter of the heap that multifd has",
                        BrokenProvidersTest::large));
    }

    @ParameterizedTest
    @MethodSource({"variants", "leaks"})
    void shouldFailTheOneRuleThatItBreaks(Broken variant) {
        variant.demandCaught();
    }

    private static MultiFDMethods named(String name) {
        return new Altered() {
            @Override
            public String name() {
                return name;
            }
        };
    }

    private static MultiFDMethods counting() {
        AtomicInteger asked = new AtomicInteger();
        return new Altered() {
            @Override
            public String name() {
                return "copy" + asked.incrementAndGet();
            }
        };
    }

    private static MultiFDMethods probing(Runnable first) {
        return new Altered() {
            @Override
            public Availability availability() {
                first.run();
                return super.availability();
            }
        };
    }

    /** The number of the channel that was set up last decides what becomes of the first byte of all. */
    private static MultiFDMethods latestChannelsKey() {
        AtomicInteger latest = new AtomicInteger();
        return new Altered() {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                latest.set(params.channel());
                return new Altered.Sender() {
                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        pages.copyTo(out.buffer());
                        out.buffer().put(0, (byte) (out.buffer().get(0) ^ latest.get()));
                    }
                };
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                int channel = params.channel();
                return new Altered.Receiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in)
                            throws org.multifd.api.MultiFDException, IOException {
                        super.recv(pages, in);
                        ByteBuffer first = pages.buffer(0);
                        first.put(first.position(), (byte) (first.get(first.position()) ^ channel));
                    }
                };
            }
        };
    }

    private static MultiFDMethods oneBuffer() {
        ByteBuffer shared = ByteBuffer.allocate(1 << 20);
        return Broken.preparing((pages, out) -> {
            for (int run = 0; run < pages.runs(); run++) {
                ByteBuffer from = pages.buffer(run);
                shared.put(out.buffer().position(), from, from.position(), from.remaining());
                LockSupport.parkNanos(1000); // the others may have the processor
                out.buffer().put(shared.duplicate().limit(out.buffer().position() + from.remaining())
                        .position(out.buffer().position()));
            }
        });
    }

    private static MultiFDMethods wrongWithAValue() {
        return new Altered() {
            @Override
            public List<MethodParameter> parameters() {
                return List.of(MethodParameter.integer("multifd-copy-level", 0, 9, 1, "how well"));
            }

            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                boolean wrong = params.parameter("multifd-copy-level") == 9;
                return new Altered.Sender() {
                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        pages.copyTo(out.buffer());
                        if (wrong) {
                            Broken.flipLast(out.buffer());
                        }
                    }
                };
            }
        };
    }

    private static MultiFDMethods leavingAThread() {
        return Broken.settingUp(() -> {
            Thread copier = new Thread(() -> LockSupport.parkNanos(20_000_000_000L), "copier");
            copier.setDaemon(true);
            if (Thread.getAllStackTraces().keySet().stream().noneMatch(each -> each.getName().equals("copier"))) {
                copier.start();
            }
        });
    }

    private static MultiFDMethods leakingIfItFails() {
        return Altered.sender(params -> {
            long memory = NativeCode.allocate(32 << 10);
            params.pageSize();
            NativeCode.free(memory);
            return new Altered.Sender();
        });
    }

    /** What a sender keeps of each packet until it is closed. */
    @FunctionalInterface
    private interface Keep {
        Object of(PageRuns pages);
    }

    private static MultiFDMethods keeping(Keep keep) {
        return Altered.sender(params -> new Altered.Sender() {
            private final List<Object> kept = new ArrayList<>();

            @Override
            public void prepare(PageRuns pages, Payload out) {
                pages.copyTo(out.buffer());
                kept.add(keep.of(pages));
            }
        });
    }

    private static MultiFDMethods nativePackets() {
        return Altered.sender(params -> new Altered.Sender() {
            private final List<Long> allocated = new ArrayList<>();

            @Override
            public void prepare(PageRuns pages, Payload out) {
                pages.copyTo(out.buffer());
                allocated.add(NativeCode.allocate(24 << 10));
            }

            @Override
            public void close() {
                allocated.forEach(NativeCode::free);
                allocated.clear();
            }
        });
    }

    /** From the second packet on: rules that make thousands of channels send one. */
    private static MultiFDMethods large() {
        return Altered.sender(params -> new Altered.Sender() {
            private int sent;
            private byte[] table;

            @Override
            public void prepare(PageRuns pages, Payload out) {
                table = table == null && sent++ > 0 ? new byte[132 << 20] : table;
                pages.copyTo(out.buffer());
            }
        });
    }
}
