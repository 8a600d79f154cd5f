package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

class LifeCycleRulesTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSeeASenderThatLeavesNativeMemoryToTheCollector() {
        byte[] input = new byte[4096];
        String reason = Verdict.onlyFailure(Rule.RULE_4_1, () -> Altered.sender(params -> new Altered.Sender() {
            private final Deflater deflater = new Deflater();

            @Override
            public void prepare(PageRuns pages, Payload out) {
                deflater.setInput(input);
                deflater.deflate(new byte[64], 0, 64, Deflater.SYNC_FLUSH);
                pages.copyTo(out.buffer());
            }
        }));
        assertTrue(reason.matches("each sender leaves about \\d{2,3} KiB of native memory behind when it is closed"),
                reason);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSeeAReceiverThatLeavesNativeMemoryToTheCollector() {
        String reason = Verdict.onlyFailure(Rule.RULE_4_1, () -> Altered.receiver(params -> new Altered.Receiver() {
            private final Deflater deflater = new Deflater();

            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                deflater.setInput(new byte[64]);
                deflater.deflate(new byte[64], 0, 64, Deflater.SYNC_FLUSH);
                super.recv(pages, in);
            }
        }));
        assertTrue(reason.matches("each receiver leaves about \\d{2,3} KiB of native memory behind when it is "
                + "closed"), reason);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSeeAFailedSetUpThatLeavesNativeMemory() {
        String reason = Verdict.onlyFailure(Rule.RULE_4_2, () -> Altered.sender(params -> {
            Deflater deflater = new Deflater();
            deflater.setInput(new byte[64]);
            deflater.deflate(new byte[64], 0, 64, Deflater.SYNC_FLUSH);
            params.pageSize();
            return new Altered.Sender() {
                @Override
                public void close() {
                    deflater.end();
                }
            };
        }));
        assertTrue(reason.matches("each failed sendSetup leaves about \\d{2,3} KiB of native memory behind"), reason);
    }

    private static void mix(ByteBuffer buffer, int from, int to, int key) {
        for (int at = from; at < to; at++) {
            buffer.put(at, (byte) (buffer.get(at) ^ key));
        }
    }

    @Test
    void shouldSeeAThreadLocalThatKeepsTheLoader() {
        assertEquals("its class loader cannot be collected after everything was closed: a thread local, a callback or "
                + "a native reference keeps it", Verdict.onlyFailure(Rule.RULE_4_4, ThreadLocalMethods::new));
    }

    /** Keeps a context of its own class for each thread that asks whether it is usable. */
    public static final class ThreadLocalMethods extends Altered {
        private static final ThreadLocal<Context> CONTEXTS = ThreadLocal.withInitial(Context::new);

        /** A class of the provider's: the thread's map now leads to its loader. */
        private static final class Context {
            private final Inflater inflater = null;
        }

        /** As a provider's. */
        public ThreadLocalMethods() {
        }

        @Override
        public org.multifd.api.Availability availability() {
            return org.multifd.api.Availability.usable("context " + (CONTEXTS.get().inflater == null ? "empty"
                    : "full"));
        }
    }

    @Test
    void shouldRefuseParametersWithoutTheMethodsName() {
        assertEquals("parameter multifd-level is not named multifd-copy-…",
                declaring(MethodParameter.integer("multifd-level", 0, 9, 1, "how well")));
        assertEquals("parameter multifd-copy- is not named multifd-copy-…",
                declaring(MethodParameter.integer("multifd-copy-", 0, 9, 1, "how well")));
    }

    @Test
    void shouldRefuseParametersTwiceOrWithoutHelp() {
        MethodParameter level = MethodParameter.integer("multifd-copy-level", 0, 9, 1, "how well");
        assertEquals("parameter multifd-copy-level is declared twice", declaring(level, level));
        assertEquals("parameter multifd-copy-level has no help of one line",
                declaring(MethodParameter.integer("multifd-copy-level", 0, 9, 1, " ")));
    }

    private static String declaring(MethodParameter... parameters) {
        return Verdict.onlyFailure(Rule.RULE_5_1, () -> declares(List.of(parameters)));
    }

    private static MultiFDMethods declares(List<MethodParameter> parameters) {
        return new Altered() {
            @Override
            public List<MethodParameter> parameters() {
                return parameters;
            }
        };
    }

    @Test
    void shouldRefuseAListThatCanBeModified() {
        assertEquals("the list of parameters can be modified",
                Verdict.onlyFailure(Rule.RULE_5_1, () -> new Altered() {
                    @Override
                    public List<MethodParameter> parameters() {
                        return new java.util.ArrayList<>();
                    }
                }));
    }

    @Test
    void shouldRefuseARangeThatCannotBeSetUp() {
        assertEquals("sendSetup with {multifd-copy-level=9} threw org.multifd.api.MultiFDException: level 9",
                Verdict.onlyFailure(Rule.RULE_5_1, () -> new Altered() {
                    @Override
                    public List<MethodParameter> parameters() {
                        return List.of(MethodParameter.integer("multifd-copy-level", 0, 9, 1, "how well"));
                    }

                    @Override
                    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                        if (params.parameter("multifd-copy-level") > 8) {
                            throw new MultiFDException("level " + params.parameter("multifd-copy-level"));
                        }
                        return super.sendSetup(params);
                    }
                }));
    }

    @Test
    void shouldRefuseAskingForAParameterThatIsNotDeclared() {
        RuleResult result = new Conformance(() -> Altered.sender(params -> {
            params.parameter("multifd-copy-level");
            return new Altered.Sender();
        })).check(Rule.RULE_5_1);
        assertEquals(RuleResult.failed(Rule.RULE_5_1, "sendSetup with no parameters threw "
                + "java.lang.IllegalArgumentException: received the parameter multifd-copy-level, expected one "
                + "that the method declares (seed 20190801)"), result);
    }

    @Test
    void shouldRefuseParametersThatHaveToMatch() {
        String reason = Verdict.onlyFailure(Rule.RULE_5_2, () -> new Altered() {
            @Override
            public List<MethodParameter> parameters() {
                return List.of(MethodParameter.integer("multifd-copy-key", 0, 255, 7, "mixed into the bytes"));
            }

            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                int key = params.parameter("multifd-copy-key");
                return new Altered.Sender() {
                    @Override
                    public void prepare(PageRuns pages, Payload out) {
                        pages.copyTo(out.buffer());
                        mix(out.buffer(), 0, out.buffer().position(), key);
                    }
                };
            }

            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                int key = params.parameter("multifd-copy-key");
                return new Altered.Receiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                        super.recv(pages, in);
                        for (int run = 0; run < pages.runs(); run++) {
                            ByteBuffer buffer = pages.buffer(run);
                            mix(buffer, buffer.position(), buffer.limit(), key);
                        }
                    }
                };
            }
        });
        assertEquals("sent with {multifd-copy-key=7}, received with {multifd-copy-key=0}: recv did not restore the "
                + "pages: page 0 differs at byte 0, 32 pages of 4096 bytes, ONE_RUN", reason);
    }
}
