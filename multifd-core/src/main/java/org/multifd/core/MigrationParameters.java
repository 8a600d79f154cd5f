package org.multifd.core;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.provider.StoredMethod;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The parameters of a migration, under QEMU's names, with its ranges, defaults and refusals. Does not change; a
 * {@link Builder} makes one. What a method declares itself ({@code multifd-zstd-level}) is kept as given and checked
 * when the migration starts, against the methods that are there.
 *
 * <table>
 * <caption>Parameters</caption>
 * <thead><tr><th scope="col">name</th><th scope="col">values</th><th scope="col">default</th>
 *     <th scope="col">meaning</th></tr></thead>
 * <tbody>
 * <tr><td>multifd-channels</td><td>1..255</td><td>2</td><td>multifd channels; the same on both sides. A destination
 *     that is not told takes as many as come</td></tr>
 * <tr><td>multifd-compression</td><td>a name, or several by preference</td><td>none; at a destination any</td>
 *     <td>the method. Several names are negotiated, which only two multifd peers can do</td></tr>
 * <tr><td>max-bandwidth</td><td>0..2^63-1</td><td>0</td><td>bytes per second over all channels, 0 for no limit (QEMU's
 *     default is 128 MiB/s); at least two payloads of 1 MiB within timeout</td></tr>
 * <tr><td>downtime-limit</td><td>0..2000000</td><td>300</td><td>milliseconds that the guest may be paused</td></tr>
 * <tr><td>zero-page-detection</td><td>multifd, legacy, none</td><td>multifd</td><td>{@link ZeroPageDetection}; unless
 *     given, a snapshot's machine type decides</td></tr>
 * <tr><td>sync-rule</td><td>auto, flush, eos</td><td>auto</td><td>extension: {@link SyncRule}, what marks a round's end
 *     on main (machine types up to 8.0: eos)</td></tr>
 * <tr><td>checksum</td><td>on, off</td><td>on</td><td>extension: whether a source tells the checksum of all it sent,
 *     which a multifd destination compares with what it received; a QEMU does not look at it</td></tr>
 * <tr><td>zero-copy-send</td><td>on, off</td><td>off</td><td>whether pages that lie in a snapshot leave without being
 *     read: only with the method none and without checksum, which is off then unless given</td></tr>
 * <tr><td>snapshot-compression</td><td>NAME or NAME:LEVEL</td><td>none</td><td>extension: the method of a snapshot that
 *     is written; none writes a mapped-ram file. LEVEL is the value of the method's parameter for it</td></tr>
 * <tr><td>uuid</td><td>a UUID</td><td>zeros; at a destination any</td><td>extension: the VM's</td></tr>
 * <tr><td>max-rounds</td><td>1..2^31-1</td><td>100</td><td>extension: give up a guest that does not converge</td></tr>
 * <tr><td>deadline</td><td>0..2^31-1</td><td>0</td><td>extension: milliseconds until such a guest is given up, 0 for
 *     none</td></tr>
 * <tr><td>tls-creds</td><td>a directory</td><td>no TLS</td><td>extension: the files of QEMU's tls-creds-x509:
 *     ca-cert.pem (and ca-crl.pem), server-cert.pem and server-key.pem at a destination, client-cert.pem and
 *     client-key.pem at a source. Every connection is TLS then</td></tr>
 * <tr><td>tls-hostname</td><td>a host</td><td>the address's</td><td>at a source: the name or IP address that the
 *     destination's certificate must have</td></tr>
 * <tr><td>tls-authz</td><td>names separated by ;</td><td>any that the CA signed</td><td>extension: at a destination:
 *     the distinguished names of the sources that may connect (in QEMU the id of an authz object)</td></tr>
 * <tr><td>tls-verify-peer</td><td>on, off</td><td>on</td><td>extension: whether the peer must show a certificate that
 *     holds (in QEMU verify-peer of the credentials)</td></tr>
 * <tr><td>timeout</td><td>1..2^31-1</td><td>30000</td><td>extension: milliseconds of silence after which a peer counts
 *     as gone</td></tr>
 * </tbody>
 * </table>
 */
public final class MigrationParameters {

    private final Map<Parameter, Object> values = new EnumMap<>(Parameter.class);
    private final Map<String, String> methodValues;
    private final Set<String> given;

    private MigrationParameters(Map<String, String> all) {
        given = Set.copyOf(all.keySet());
        Map<String, String> others = new LinkedHashMap<>(all);
        for (Parameter each : Parameter.values()) {
            String text = others.remove(each.text());
            if (text != null || each.byDefault != null) {
                values.put(each, each.read.apply(each.text(), text == null ? each.byDefault : text));
            }
        }
        StoredMethod stored = (StoredMethod) values.get(Parameter.SNAPSHOT_COMPRESSION);
        if (stored.level() != null) {
            others.put(stored.levelParameter(), stored.level());
        }
        methodValues = Map.copyOf(others);
        if (zeroCopySend() && !isSet(Parameter.CHECKSUM.text())) {
            values.put(Parameter.CHECKSUM, false);
        }
        checkTls();
        checkBandwidth();
        checkZeroCopy();
    }

    /** Every parameter of the table above: how its text is read, and the text that it has unless one is given. */
    private enum Parameter {
        MULTIFD_CHANNELS(number(1, Limits.CHANNELS), "2"),
        MULTIFD_COMPRESSION(MigrationParameters::names, null),
        MAX_BANDWIDTH(number(0, Long.MAX_VALUE), "0"),
        DOWNTIME_LIMIT(number(0, 2_000_000), "300"),
        ZERO_PAGE_DETECTION(choice(ZeroPageDetection.MULTIFD, ZeroPageDetection.LEGACY, ZeroPageDetection.NONE),
                "multifd"),
        SYNC_RULE(choice(SyncRule.AUTO, SyncRule.FLUSH, SyncRule.EOS), "auto"),
        CHECKSUM(MigrationParameters::isOn, "on"),
        ZERO_COPY_SEND(MigrationParameters::isOn, "off"),
        SNAPSHOT_COMPRESSION((name, text) -> StoredMethod.parse(text), "none"),
        UUID(MigrationParameters::uuid, null),
        MAX_ROUNDS(number(1, Integer.MAX_VALUE), "100"),
        DEADLINE(number(0, Integer.MAX_VALUE), "0"),
        TLS_CREDS((name, text) -> text, null),
        TLS_HOSTNAME((name, text) -> text, null),
        TLS_AUTHZ((name, text) -> text, null),
        TLS_VERIFY_PEER(MigrationParameters::isOn, "on"),
        TIMEOUT(number(1, Integer.MAX_VALUE), "30000");

        private final BiFunction<String, String, Object> read;
        private final String byDefault;

        Parameter(BiFunction<String, String, Object> read, String byDefault) {
            this.read = read;
            this.byDefault = byDefault;
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static BiFunction<String, String, Object> number(long min, long max) {
        return (name, text) -> {
            try {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message for both
            }
            throw new IllegalArgumentException(name + ": received " + text + ", expected " + min + ".." + max);
        };
    }

    private static BiFunction<String, String, Object> choice(Enum<?>... allowed) {
        List<String> texts = Arrays.stream(allowed).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
        return (name, text) -> allowed[index(name, text, texts)];
    }

    private static boolean isOn(String name, String text) {
        return index(name, text, List.of("on", "off")) == 0;
    }

    private static int index(String name, String text, List<String> allowed) {
        int index = allowed.indexOf(text);
        if (index < 0) {
            throw new IllegalArgumentException(name + ": received " + text + ", expected "
                    + String.join(", ", allowed));
        }
        return index;
    }

    private static List<String> names(String name, String text) {
        try {
            return MethodPreference.parse(text).names();
        } catch (MigrationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static UUID uuid(String name, String text) {
        if (!text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
            throw new IllegalArgumentException(name + ": received " + text
                    + ", expected the form 01234567-89ab-cdef-0123-456789abcdef");
        }
        return UUID.fromString(text);
    }

    /** What would be without effect may be thought to protect. */
    private void checkTls() {
        check(tlsCreds() != null || tlsHostname() == null && tlsAuthz() == null,
                (tlsHostname() != null ? "tls-hostname" : "tls-authz")
                        + ": received without tls-creds, expected both; without credentials there is no TLS");
        check(tlsAuthz() == null || tlsVerifyPeer(), "tls-authz: received with tls-verify-peer off, expected on: a"
                + " peer that shows no certificate has no name");
    }

    /** A packet that is held back for longer than the timeout would look like a dead peer. */
    private void checkBandwidth() {
        long least = 2L * PacketHeader.PAYLOAD_LIMIT * 1000 / timeout() + 1;
        check(maxBandwidth() == 0 || maxBandwidth() >= least, "max-bandwidth: received " + maxBandwidth()
                + ", expected 0 or at least " + least + " with timeout " + timeout()
                + ": one packet must not take longer than that");
    }

    /** What leaves unread can be neither compressed nor summed up. */
    private void checkZeroCopy() {
        if (zeroCopySend()) {
            String methods = String.join(",", multifdCompression());
            check(methods.isEmpty() || methods.equals("none"), "zero-copy-send: received on with multifd-compression "
                    + methods + ", expected none: pages leave as they lie; QEMU refuses this, too");
            check(tlsCreds() == null, "zero-copy-send: received on with tls-creds, expected off: what is encrypted is"
                    + " read; QEMU refuses this, too");
            check(!checksum(), "zero-copy-send: received on with checksum on, expected checksum off: pages leave"
                    + " without being read");
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** {@return the parameters that an empty builder makes} */
    public static MigrationParameters defaults() {
        return new Builder().build();
    }

    /** {@return a new builder that starts from the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects values by name. Used by one thread. */
    public static final class Builder {

        private final Map<String, String> given = new LinkedHashMap<>();

        private Builder() {
        }

        /**
         * Sets a parameter, as QEMU's {@code migrate-set-parameters} does.
         *
         * @param name one of the table above, or a parameter that a method declares
         * @param value a number or text, as the table says
         * @return this
         */
        public Builder set(String name, Object value) {
            given.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value").toString());
            return this;
        }

        /**
         * Checks all values.
         *
         * @return the parameters
         * @throws IllegalArgumentException with one line that has the value and the range
         */
        public MigrationParameters build() {
            return new MigrationParameters(given);
        }
    }

    /**
     * Tells a value that was set from a default.
     *
     * @param name one of the table above
     * @return true if the builder was given a value for it
     */
    public boolean isSet(String name) {
        return given.contains(name);
    }

    private long number(Parameter parameter) {
        return (Long) values.get(parameter);
    }

    private boolean isOn(Parameter parameter) {
        return (Boolean) values.get(parameter);
    }

    /** {@return the number of multifd channels, 1..255} */
    public int multifdChannels() {
        return (int) number(Parameter.MULTIFD_CHANNELS);
    }

    /** {@return the methods wanted, the preferred one first; empty if none was given} */
    @SuppressWarnings("unchecked") // as names made it
    public List<String> multifdCompression() {
        return (List<String>) values.getOrDefault(Parameter.MULTIFD_COMPRESSION, List.of());
    }

    /** {@return the limit of all channels together in bytes per second, 0 for none} */
    public long maxBandwidth() {
        return number(Parameter.MAX_BANDWIDTH);
    }

    /** {@return how many milliseconds the guest may be paused} */
    public int downtimeLimit() {
        return (int) number(Parameter.DOWNTIME_LIMIT);
    }

    /** {@return where zero pages are told apart} */
    public ZeroPageDetection zeroPageDetection() {
        return (ZeroPageDetection) values.get(Parameter.ZERO_PAGE_DETECTION);
    }

    /** {@return what marks a round's end on the main channel} */
    public SyncRule syncRule() {
        return (SyncRule) values.get(Parameter.SYNC_RULE);
    }

    /** {@return whether pages that lie in a file leave without being read} */
    public boolean zeroCopySend() {
        return isOn(Parameter.ZERO_COPY_SEND);
    }

    /** {@return whether a source tells the checksum of what it sent} */
    public boolean checksum() {
        return isOn(Parameter.CHECKSUM);
    }

    /** {@return the method that a snapshot is written with, none for a mapped-ram file} */
    public String snapshotCompression() {
        return ((StoredMethod) values.get(Parameter.SNAPSHOT_COMPRESSION)).name();
    }

    /** {@return the VM's uuid, null if none was given} */
    public UUID uuid() {
        return (UUID) values.get(Parameter.UUID);
    }

    /** {@return how many rounds a guest gets to converge, at least 1} */
    public int maxRounds() {
        return (int) number(Parameter.MAX_ROUNDS);
    }

    /** {@return how many milliseconds a guest gets to converge, 0 for no limit} */
    public int deadline() {
        return (int) number(Parameter.DEADLINE);
    }

    /** {@return how many milliseconds a peer may be silent} */
    public int timeout() {
        return (int) number(Parameter.TIMEOUT);
    }

    /** {@return the directory of the TLS credentials, null for connections without TLS} */
    public String tlsCreds() {
        return (String) values.get(Parameter.TLS_CREDS);
    }

    /** {@return the host that the destination's certificate must be for, null for the one in its address} */
    public String tlsHostname() {
        return (String) values.get(Parameter.TLS_HOSTNAME);
    }

    /** {@return the names of the sources that may connect to a destination, null for any that the CA has signed} */
    public String tlsAuthz() {
        return (String) values.get(Parameter.TLS_AUTHZ);
    }

    /** {@return whether the peer must show a certificate that holds} */
    public boolean tlsVerifyPeer() {
        return isOn(Parameter.TLS_VERIFY_PEER);
    }

    /** {@return what was given for methods: names and values as text, not checked yet; unmodifiable} */
    public Map<String, String> methodParameters() {
        return methodValues;
    }
}
