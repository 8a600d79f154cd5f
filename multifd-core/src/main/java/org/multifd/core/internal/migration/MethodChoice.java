package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.negotiation.Negotiation;
import org.multifd.core.internal.negotiation.NegotiationOffer;
import org.multifd.api.MethodParameter;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The method that a migration uses: the one name given, or what both sides can do of several, asked over a connection
 * of its own.
 */
public final class MethodChoice {

    private static final Logger LOG = LoggerFactory.getLogger(MethodChoice.class);
    private static final int ANY_CHANNELS = 0;
    private static final String BY_DEFAULT = "none";

    private MethodChoice() {
    }

    /**
     * Checks before anybody connects: the one name given can be served, or one at least of several, and the method
     * takes the values of its parameters.
     */
    public static void check(Providers methods, MigrationParameters parameters, Direction direction)
            throws MigrationException {
        List<String> names = parameters.multifdCompression();
        if (names.size() > 1) {
            names = NegotiationOffer.of(new MethodPreference(names), methods, Limits.PAGE_SIZES.get(0), 1,
                    PacketHeader.PAYLOAD_LIMIT).request().methods();
        }
        for (String name : names) {
            methods.values(methods.serving(name, direction).methods(), parameters.methodParameters());
        }
    }

    /** A negotiation never starts unless more than one name was given: a waiting QEMU does not survive one. */
    public static String forSource(Providers methods, MigrationParameters parameters, Connector connector, int pageSize,
            Failure failure) throws IOException, MigrationException {
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
                        + Text.reason(e) + "; give one multifd-compression if the peer is QEMU", e);
            } finally {
                watchdog.close();
            }
        }
    }

    private static String ask(Connection connection, NegotiationOffer offer) throws IOException, MigrationException {
        connection.writeFully(offer.request().encode());
        Negotiation.Header header = Negotiation.Header.decode(
                read(connection, ByteBuffer.allocate(Negotiation.Header.BYTES)));
        return offer.settle(Negotiation.Answer.decode(header, body(connection, header))).method();
    }

    /** Whether a parameter of the method was given: payloads that another one made do not go on as they are then. */
    public static boolean isTuned(String method, Providers methods, MigrationParameters parameters)
            throws MigrationException {
        return methods.serving(method, Direction.SEND).parameters().stream().map(MethodParameter::name)
                .anyMatch(parameters.methodParameters()::containsKey);
    }

    /** Answers a request at the destination, whose magic has been read; why with a refusal, or null. */
    public static String answer(Connection connection, Providers providers, MigrationParameters parameters)
            throws IOException {
        ByteBuffer reply;
        String refusal = null;
        try {
            Negotiation.Header header = Negotiation.Header.decode(read(connection,
                    ByteBuffer.allocate(Negotiation.Header.BYTES).putInt(Negotiation.MAGIC)));
            Negotiation.Request request = Negotiation.Request.decode(header, body(connection, header));
            Negotiation.Accepts accepts = new Negotiation.Accepts(PacketHeader.PAYLOAD_LIMIT, Limits.PAGE_SIZES,
                    parameters.isSet("multifd-channels") ? parameters.multifdChannels() : ANY_CHANNELS);
            reply = Negotiation.Answer.to(request, providers, parameters.multifdCompression(), accepts).encode();
        } catch (MigrationException e) {
            refusal = e.getMessage();
            reply = Negotiation.refusal(refusal);
        }
        connection.writeFully(reply);
        return refusal;
    }

    private static ByteBuffer body(Connection connection, Negotiation.Header header) throws IOException {
        return read(connection, ByteBuffer.allocate(header.length()));
    }

    private static ByteBuffer read(Connection connection, ByteBuffer buffer) throws IOException {
        connection.readFully(buffer, "a negotiation message");
        return buffer.flip();
    }
}
