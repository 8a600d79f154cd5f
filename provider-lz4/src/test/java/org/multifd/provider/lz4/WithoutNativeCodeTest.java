package org.multifd.provider.lz4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.Conformance;
import org.multifd.tck.Oracle;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.Subject;

/** The rules that depend on the codec, with lz4-java's Java code. */
class WithoutNativeCodeTest {

    private static final class JavaLz4 implements MultiFDMethods {

        private final Lz4Methods methods = new Lz4Methods();
        private final PacketBuffers buffers = new PacketBuffers();
        private final Lz4Codec codec = Lz4Codec.load(() -> {
            throw new UnsatisfiedLinkError("no library");
        });

        @Override
        public String name() {
            return methods.name();
        }

        @Override
        public int apiVersion() {
            return methods.apiVersion();
        }

        @Override
        public Availability availability() {
            return codec.availability();
        }

        @Override
        public List<MethodParameter> parameters() {
            return methods.parameters();
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) {
            return new Lz4Sender(codec, params.parameter(Lz4Methods.LEVEL), buffers, 1 << 19);
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
            return new Lz4Receiver(codec, buffers, 1 << 19);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RULE_2_2", "RULE_2_3", "RULE_2_4", "RULE_2_6",
        "RULE_3_2", "RULE_3_3", "RULE_3_4", "RULE_4_3"})
    void shouldKeepTheRule(Rule rule) {
        RuleResult result = new Conformance(new Subject() {
            @Override
            public MultiFDMethods methods() {
                return new JavaLz4();
            }

            @Override
            public Oracle oracle() {
                return new AircompressorLz4();
            }

            @Override
            public List<byte[]> hostilePayloads() {
                return new Lz4ConformanceTest().hostilePayloads();
            }
        }).check(rule);
        assertEquals(RuleResult.Outcome.PASSED, result.outcome(), result::detail);
    }
}
