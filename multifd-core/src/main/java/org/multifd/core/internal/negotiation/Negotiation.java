package org.multifd.core.internal.negotiation;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.MethodName;
import org.multifd.core.internal.wire.Text;

/**
 * The messages of a negotiation and their bytes (docs/reference/negotiation.md). What is made of them holds: a
 * constructor checks every value, and says about one that was received what {@link Header} and {@link
 * NegotiationFields} do.
 */
public final class Negotiation {

    /** "MFDN": the first four bytes of a negotiation connection. */
    public static final int MAGIC = 0x4D46444E;
    static final int MAX_BODY = 64 * 1024;
    private static final int VERSION = 1;
    private static final int MIN_PAYLOAD_LIMIT = 1 << 20;
    private static final int MAX_PAYLOAD_LIMIT = 1 << 24;

    private Negotiation() {
    }

    /** The messages, by their number less 1. */
    public enum Type {
        /** The sender's, first. */
        REQUEST,
        /** The receiver's, to a request that it understood. */
        ANSWER,
        /** The receiver's, to one that it did not understand. */
        REFUSAL;

        private int code() {
            return ordinal() + 1;
        }
    }

    /**
     * The 12 bytes that every message starts with.
     *
     * @param type what follows
     * @param length the body's bytes, 0..65536
     */
    public record Header(Type type, int length) {

        public static final int BYTES = 12;

        /** Reads the header; the buffer's position moves behind it. */
        public static Header decode(ByteBuffer bytes) throws MigrationException {
            if (bytes.remaining() < BYTES) {
                throw invalid("header: received " + bytes.remaining() + " bytes, expected " + BYTES);
            }
            int magic = bytes.getInt();
            int version = Short.toUnsignedInt(bytes.getShort());
            int code = Short.toUnsignedInt(bytes.getShort());
            int length = bytes.getInt();
            if (magic != MAGIC) {
                throw invalid(String.format("received magic 0x%08x%s, expected 0x%08x; is it multifd that listens"
                        + " there?", magic, Text.ifReadable(magic), MAGIC));
            }
            if (version != VERSION) {
                throw invalid("received version " + version + ", expected " + VERSION);
            }
            if (Integer.compareUnsigned(length, MAX_BODY) > 0) {
                throw invalid("received a length of " + Integer.toUnsignedString(length) + ", expected at most "
                        + MAX_BODY);
            }
            if (code < 1 || code > Type.values().length) {
                throw invalid("received message type " + code + ", expected 1, 2 or 3");
            }
            return new Header(Type.values()[code - 1], length);
        }

        /** Reads the body, unless it is a message of another type; fails with the peer's words if it refused. */
        private <M> M read(Type expected, ByteBuffer body, Supplier<M> message) throws MigrationException {
            if (body.remaining() != length) {
                throw invalid("body: received " + body.remaining() + " bytes, expected " + length);
            }
            try {
                if (type == expected) {
                    return message.get();
                }
                if (type == Type.REFUSAL && expected == Type.ANSWER) {
                    String reason = new NegotiationFields(body, "reason").text("reason");
                    throw new MigrationException(Kind.PEER, "negotiation: the peer refused: " + reason);
                }
            } catch (IllegalArgumentException e) {
                throw invalid(e.getMessage());
            }
            throw invalid("received message type " + type.code() + ", expected " + expected.code());
        }
    }

    /**
     * What the sending side asks: which of these methods, the preferred one first?
     *
     * @param pageSize the guest's page size in bytes, one of {@link Limits#PAGE_SIZES}
     * @param channels how many multifd channels it is going to open, at least 1
     * @param payloadLimit the largest payload in bytes that it can make, 1 MiB..16 MiB
     * @param methods 1..32 different names
     */
    public record Request(int pageSize, int channels, int payloadLimit, List<String> methods) {

        public Request {
            methods = List.copyOf(methods);
            checkPageSize("page-size", pageSize);
            checkRange("channels", channels, 1, Limits.CHANNELS);
            checkRange("payload-limit", payloadLimit, MIN_PAYLOAD_LIMIT, MAX_PAYLOAD_LIMIT);
            checkRange("methods", methods.size(), 1, MethodPreference.MAX_NAMES);
            if (!methods.stream().allMatch(MethodName::isValid) || new HashSet<>(methods).size() != methods.size()) {
                throw new IllegalArgumentException("field methods: received " + methods + ", expected each name once");
            }
        }

        /** The whole message. */
        public ByteBuffer encode() {
            return message(Type.REQUEST, new NegotiationFields.Writer()
                    .number("page-size", pageSize)
                    .number("channels", channels)
                    .number("payload-limit", payloadLimit)
                    .names("methods", methods)
                    .body());
        }

        /** Reads the body that the header announced. */
        public static Request decode(Header header, ByteBuffer body) throws MigrationException {
            return header.read(Type.REQUEST, body, () -> {
                NegotiationFields fields =
                        new NegotiationFields(body, "page-size", "channels", "payload-limit", "methods");
                return new Request(fields.number("page-size"), fields.number("channels"),
                        fields.number("payload-limit"), fields.names("methods", MethodPreference.MAX_NAMES));
            });
        }
    }

    /**
     * What the receiving side answers.
     *
     * @param method the first name of the request that it can serve, "" if there is none
     * @param reasons for each name before that one why it cannot, in the request's order; 0..32 of them
     * @param accepts what it takes
     */
    public record Answer(String method, Map<String, String> reasons, Accepts accepts) {

        public Answer {
            reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
            checkRange("reasons", reasons.size(), 0, MethodPreference.MAX_NAMES);
            if (!method.isEmpty() && !MethodName.isValid(method)
                    || !reasons.keySet().stream().allMatch(MethodName::isValid)) {
                throw new IllegalArgumentException("received " + method + " and " + reasons.keySet()
                        + ", expected names of " + MethodName.GRAMMAR);
            }
            if (reasons.containsKey(method)) {
                throw new IllegalArgumentException("field reasons: received one against " + method
                        + ", expected none against the choice");
            }
        }

        /**
         * The choice: the first name that is accepted and served here.
         *
         * @param named the names this side was given by multifd-compression; empty if it was given none
         */
        public static Answer to(Request request, Providers providers, List<String> named, Accepts accepts) {
            Map<String, String> reasons = new LinkedHashMap<>();
            for (String name : request.methods()) {
                String reason = !named.isEmpty() && !named.contains(name)
                        ? "multifd-compression is " + String.join(",", named) + " there"
                        : providers.whyNot(name, Direction.RECEIVE);
                if (reason == null) {
                    return new Answer(name, reasons, accepts);
                }
                reasons.put(name, Text.oneLine(reason));
            }
            return new Answer("", reasons, accepts);
        }

        /** The whole message. */
        public ByteBuffer encode() {
            return message(Type.ANSWER, new NegotiationFields.Writer()
                    .text("method", method)
                    .texts("reasons", reasons)
                    .number("payload-limit", accepts.payloadLimit())
                    .numbers("page-sizes", accepts.pageSizes())
                    .number("channels", accepts.channels())
                    .body());
        }

        /** Reads the body that the header announced; fails with the peer's reason if it is a refusal. */
        public static Answer decode(Header header, ByteBuffer body) throws MigrationException {
            return header.read(Type.ANSWER, body, () -> {
                NegotiationFields fields =
                        new NegotiationFields(body, "method", "reasons", "payload-limit", "page-sizes", "channels");
                Accepts accepts = new Accepts(fields.number("payload-limit"),
                        fields.numbers("page-sizes", Limits.PAGE_SIZES.size()), fields.number("channels"));
                return new Answer(fields.nameOrNone("method"),
                        fields.texts("reasons", MethodPreference.MAX_NAMES), accepts);
            });
        }
    }

    /**
     * What a receiving side takes, whatever the method.
     *
     * @param payloadLimit the largest payload in bytes, 1 MiB..16 MiB
     * @param pageSizes the page sizes in bytes: each of {@link Limits#PAGE_SIZES} at most once
     * @param channels how many multifd channels it waits for, 0 for as many as come
     */
    public record Accepts(int payloadLimit, List<Integer> pageSizes, int channels) {

        public Accepts {
            pageSizes = List.copyOf(pageSizes);
            checkRange("payload-limit", payloadLimit, MIN_PAYLOAD_LIMIT, MAX_PAYLOAD_LIMIT);
            checkRange("channels", channels, 0, Limits.CHANNELS);
            pageSizes.forEach(each -> checkPageSize("page-sizes", each));
            if (pageSizes.isEmpty() || new HashSet<>(pageSizes).size() != pageSizes.size()) {
                throw new IllegalArgumentException("field page-sizes: received " + pageSizes + ", expected each once");
            }
        }
    }

    /** What the receiver says to a request that it could not understand, before it closes the connection. */
    public static ByteBuffer refusal(String reason) {
        return message(Type.REFUSAL, new NegotiationFields.Writer().text("reason", reason).body());
    }

    /** The whole message, ready to be written. */
    static ByteBuffer message(Type type, ByteBuffer body) {
        return ByteBuffer.allocate(Header.BYTES + body.remaining()).putInt(MAGIC).putShort((short) VERSION)
                .putShort((short) type.code()).putInt(body.remaining()).put(body).flip();
    }

    static MigrationException invalid(String what) {
        return new MigrationException(Kind.STREAM, "negotiation: " + what);
    }

    private static void checkRange(String field, int value, int min, int max) {
        if (Integer.compareUnsigned(value, min) < 0 || Integer.compareUnsigned(value, max) > 0) {
            throw new IllegalArgumentException("field " + field + ": received " + Integer.toUnsignedString(value)
                    + ", expected " + min + ".." + max);
        }
    }

    private static void checkPageSize(String field, int value) {
        if (!Limits.isPageSize(value)) {
            throw new IllegalArgumentException("field " + field + ": received " + Integer.toUnsignedString(value)
                    + ", expected " + Limits.PAGE_SIZES_TEXT);
        }
    }
}
