package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.negotiation.NegotiationAnswer;
import org.multifd.core.internal.negotiation.NegotiationHeader;
import org.multifd.core.internal.negotiation.NegotiationLimits;
import org.multifd.core.internal.negotiation.NegotiationOffer;
import org.multifd.core.internal.negotiation.NegotiationRequest;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.wire.PacketHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which method a migration uses: the one name given, or what both sides can do of several, asked over a connection of its own. */
public final class MethodChoice {

    private static final Logger LOG = LoggerFactory.getLogger(MethodChoice.class);
    private static final List<Integer> PAGE_SIZES = List.of(4096, 16384, 65536);
    private static final int ANY_CHANNELS = 0;
    private static final String BY_DEFAULT = "none";

    private MethodChoice() {
    }

    /** A negotiation never starts unless more than one name was given: a waiting QEMU does not survive one. */
    public static String forSource(Providers methods, MigrationParameters parameters, Connector connector, int pageSize,
            Failure failure) throws IOException, MethodException {
        List<String> names = parameters.multifdCompression();
        if (names.size() < 2) {
            return names.isEmpty() ? BY_DEFAULT : names.get(0);
        }
        NegotiationOffer offer = NegotiationOffer.of(new MethodPreference(names), methods, pageSize,
                parameters.multifdChannels(), PacketHeader.PAYLOAD_LIMIT);
        try (Connection connection = connector.connect(failure::onFailure)) {
            failure.onFailure(connection::close);
            Watchdog watchdog = new Watchdog(parameters.timeout(), connection::bytesRead, failure, connection::close);
            try {
                String method = ask(connection, offer);
                LOG.debug("negotiated method {} of {}", method, names);
                return method;
            } catch (IOException e) {
                failure.check();
                throw new IOException("negotiation of " + String.join(",", names) + " with " + connection.peer() + ": "
                        + e.getMessage() + "; give one multifd-compression if the peer is QEMU", e);
            } finally {
                watchdog.close();
            }
        }
    }

    private static String ask(Connection connection, NegotiationOffer offer) throws IOException, MethodException {
        connection.writeFully(offer.request().encode());
        NegotiationHeader header = NegotiationHeader.decode(read(connection, NegotiationHeader.BYTES));
        return offer.settle(NegotiationAnswer.decode(header, read(connection, header.length()))).method();
    }

    /** The destination's side of it; the magic has been read. */
    public static void answer(Connection connection, Providers providers, MigrationParameters parameters) throws IOException {
        ByteBuffer reply;
        try {
            ByteBuffer header = ByteBuffer.allocate(NegotiationHeader.BYTES).putInt(NegotiationHeader.MAGIC);
            connection.readFully(header, "a negotiation");
            NegotiationHeader read = NegotiationHeader.decode(header.flip());
            NegotiationRequest request = NegotiationRequest.decode(read, read(connection, read.length()));
            NegotiationLimits limits = new NegotiationLimits(PacketHeader.PAYLOAD_LIMIT, PAGE_SIZES,
                    parameters.isSet("multifd-channels") ? parameters.multifdChannels() : ANY_CHANNELS);
            reply = NegotiationAnswer.to(request, providers, parameters.multifdCompression(), limits).encode();
        } catch (MethodException e) {
            LOG.warn("negotiation with {} refused: {}", connection.peer(), e.getMessage());
            reply = NegotiationHeader.refusal(e.getMessage());
        }
        connection.writeFully(reply);
    }

    private static ByteBuffer read(Connection connection, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        connection.readFully(buffer, "a negotiation message");
        return buffer.flip();
    }
}
