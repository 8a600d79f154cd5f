package org.multifd.tck;

import java.io.IOException;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDSender;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.data.ParameterSets;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.TestPayload;
import org.multifd.tck.internal.harness.TestSource;

/**
 * Another provider as an oracle, with its default parameters: for a format that has a name of its own, so that each of
 * its providers has to read what any other one writes. What it throws is its word on a payload.
 */
public final class ProviderOracle implements Oracle {

    private final MultiFDMethods methods;

    /**
     * Creates an oracle for both directions.
     *
     * @param methods a provider that works here, with a codec of its own
     */
    public ProviderOracle(MultiFDMethods methods) {
        this.methods = methods;
    }

    private ChannelParams params(int pageSize) {
        return new ChannelParams(0, pageSize, methods.parameters(),
                ParameterSets.defaults(methods.parameters()), Rule.RULE_1_4);
    }

    @Override
    public Codec decoder() {
        return new Decoding();
    }

    @Override
    public Codec encoder() {
        return new Encoding();
    }

    /** A channel has one page size, which is known with its first packet. */
    private final class Decoding implements Codec {
        private final TestSource source = new TestSource();
        private MultiFDReceiver receiver;

        @Override
        public byte[] apply(byte[] payload, int pageSize, int pages) throws MultiFDException, IOException {
            if (receiver == null) {
                receiver = methods.recvSetup(params(pageSize));
            }
            TestPages to = new TestPages(pageSize, pages, Layout.ONE_RUN);
            source.load(payload, to);
            to.lend(false);
            receiver.recv(to, source);
            to.takeBack();
            if (source.notUsedUp() != null) {
                throw new MultiFDException(source.notUsedUp());
            }
            return to.content();
        }

        @Override
        public void close() {
            if (receiver != null) {
                receiver.close();
            }
        }
    }

    private final class Encoding implements Codec {
        private final TestPayload payload = new TestPayload(ChannelParams.PAYLOAD_LIMIT);
        private MultiFDSender sender;

        @Override
        public byte[] apply(byte[] content, int pageSize, int pages) throws MultiFDException {
            if (sender == null) {
                sender = methods.sendSetup(params(pageSize));
            }
            TestPages from = new TestPages(pageSize, pages, Layout.ONE_RUN);
            from.fill(content);
            payload.clear(from);
            from.lend(true);
            sender.prepare(from, payload);
            from.takeBack();
            return payload.take();
        }

        @Override
        public void close() {
            if (sender != null) {
                try {
                    sender.close();
                } catch (MultiFDException e) {
                    throw new IllegalStateException("the oracle's sender cannot be closed: " + e.getMessage(), e);
                }
            }
        }
    }
}
