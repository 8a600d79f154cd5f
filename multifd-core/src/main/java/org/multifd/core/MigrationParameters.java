package org.multifd.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.multifd.core.internal.provider.MethodException;
import org.multifd.core.internal.provider.MethodPreference;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * The parameters of a migration, under QEMU's names, with its ranges, defaults and refusals. Does not change; a
 * {@link Builder} makes one. What a method declares itself ({@code multifd-zstd-level}) is kept as given and checked when
 * the migration starts, against the methods that are there.
 *
 * <table>
 * <caption>Parameters</caption>
 * <thead><tr><th scope="col">name</th><th scope="col">values</th><th scope="col">default</th><th scope="col">meaning</th></tr></thead>
 * <tbody>
 * <tr><td>multifd-channels</td><td>1..255</td><td>2</td><td>multifd channels; the same on both sides. A destination
 *     that is not told takes as many as come</td></tr>
 * <tr><td>multifd-compression</td><td>a name, or several by preference</td><td>none; at a destination any</td>
 *     <td>the method. Several names are negotiated, which only two of ours can do</td></tr>
 * <tr><td>max-bandwidth</td><td>0..2^63-1</td><td>0</td><td>bytes per second over all channels, 0 for no limit (QEMU's default is
 *     128 MiB/s); at least two payloads of 1 MiB within timeout</td></tr>
 * <tr><td>downtime-limit</td><td>0..2000000</td><td>300</td><td>milliseconds that the guest may be paused</td></tr>
 * <tr><td>zero-page-detection</td><td>multifd, legacy, none</td><td>multifd</td><td>{@link ZeroPageDetection}; unless given, a
 *     snapshot's machine type decides</td></tr>
 * <tr><td>sync-rule</td><td>auto, flush, eos</td><td>auto</td><td>ours: {@link SyncRule}, what marks a round's end on main (machine
 *     types up to 8.0: eos)</td></tr>
 * <tr><td>checksum</td><td>on, off</td><td>on</td><td>ours: whether a source tells the checksum of all it sent, which a
 *     destination of ours compares with what it received; a QEMU does not look at it</td></tr>
 * <tr><td>zero-copy-send</td><td>on, off</td><td>off</td><td>whether pages that lie in a snapshot leave without being read: only
 *     with the method none and without checksum, which is off then unless given</td></tr>
 * <tr><td>uuid</td><td>a UUID</td><td>zeros; at a destination any</td><td>ours: the VM's</td></tr>
 * <tr><td>max-rounds</td><td>1..2^31-1</td><td>100</td><td>ours: give up a guest that does not converge</td></tr>
 * <tr><td>deadline</td><td>0..2^31-1</td><td>0</td><td>ours: milliseconds until such a guest is given up, 0 for none</td></tr>
 * <tr><td>tls-creds</td><td>a directory</td><td>no TLS</td><td>ours: the files of QEMU's tls-creds-x509: ca-cert.pem
 *     (and ca-crl.pem), server-cert.pem and server-key.pem at a destination, client-cert.pem and client-key.pem at a
 *     source. Every connection is TLS then</td></tr>
 * <tr><td>tls-hostname</td><td>a host</td><td>the address's</td><td>at a source: the name or IP address that the destination's
 *     certificate must have</td></tr>
 * <tr><td>tls-authz</td><td>names separated by ;</td><td>any that the CA signed</td><td>ours: at a destination: the distinguished
 *     names of the sources that may connect (in QEMU the id of an authz object)</td></tr>
 * <tr><td>tls-verify-peer</td><td>on, off</td><td>on</td><td>ours: whether the peer must show a certificate that holds (in QEMU
 *     verify-peer of the credentials)</td></tr>
 * <tr><td>timeout</td><td>1..2^31-1</td><td>30000</td><td>ours: milliseconds of silence after which a peer counts as gone</td></tr>
 * </tbody>
 * </table>
 */
public final class MigrationParameters {

    private final Map<String, String> values;
    private final Map<String, String> methodValues;
    private final int channels;
    private final Set<String> given;
    private final List<String> compression;
    private final long maxBandwidth;
    private final int downtimeLimit;
    private final ZeroPageDetection zeroPageDetection;
    private final SyncRule syncRule;
    private final boolean checksum;
    private final boolean zeroCopySend;
    private final UUID uuid;
    private final int maxRounds;
    private final int deadline;
    private final int timeout;
    private final String tlsCreds;
    private final String tlsHostname;
    private final String tlsAuthz;
    private final boolean tlsVerifyPeer;

    private MigrationParameters(Map<String, String> all) {
        values = new LinkedHashMap<>(all);
        given = Set.copyOf(all.keySet());
        channels = (int) number("multifd-channels", 1, 255, 2);
        compression = names(values.remove("multifd-compression"));
        maxBandwidth = number("max-bandwidth", 0, Long.MAX_VALUE, 0);
        downtimeLimit = (int) number("downtime-limit", 0, 2_000_000, 300);
        zeroPageDetection = ZeroPageDetection.valueOf(
                choice("zero-page-detection", "multifd", "multifd", "legacy", "none").toUpperCase(Locale.ROOT));
        syncRule = SyncRule.valueOf(choice("sync-rule", "auto", "auto", "flush", "eos").toUpperCase(Locale.ROOT));
        zeroCopySend = choice("zero-copy-send", "off", "on", "off").equals("on");
        checksum = choice("checksum", zeroCopySend ? "off" : "on", "on", "off").equals("on");
        uuid = uuid(values.remove("uuid"));
        maxRounds = (int) number("max-rounds", 1, Integer.MAX_VALUE, 100);
        deadline = (int) number("deadline", 0, Integer.MAX_VALUE, 0);
        timeout = (int) number("timeout", 1, Integer.MAX_VALUE, 30_000);
        tlsCreds = values.remove("tls-creds");
        tlsHostname = values.remove("tls-hostname");
        tlsAuthz = values.remove("tls-authz");
        tlsVerifyPeer = choice("tls-verify-peer", "on", "on", "off").equals("on");
        checkTls();
        checkBandwidth();
        checkZeroCopy();
        methodValues = Map.copyOf(values);
    }

    private long number(String name, long min, long max, long byDefault) {
        String text = values.remove(name);
        if (text == null) {
            return byDefault;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for both
        }
        throw new IllegalArgumentException(name + ": received " + text + ", expected " + min + ".." + max);
    }

    /** What would be without effect may be thought to protect. */
    private void checkTls() {
        if (tlsCreds == null && (tlsHostname != null || tlsAuthz != null)) {
            throw new IllegalArgumentException((tlsHostname != null ? "tls-hostname" : "tls-authz")
                    + ": received without tls-creds, expected both; without credentials there is no TLS");
        }
        if (tlsAuthz != null && !tlsVerifyPeer) {
            throw new IllegalArgumentException("tls-authz: received with tls-verify-peer off, expected on: a peer that shows no"
                    + " certificate has no name");
        }
    }

    /** A packet that is held back for longer than the timeout would look like a dead peer. */
    private void checkBandwidth() {
        long least = 2L * PacketHeader.PAYLOAD_LIMIT * 1000 / timeout + 1;
        if (maxBandwidth != 0 && maxBandwidth < least) {
            throw new IllegalArgumentException("max-bandwidth: received " + maxBandwidth + ", expected 0 or at least " + least
                    + " with timeout " + timeout + ": one packet must not take longer than that");
        }
    }

    /** What leaves unread can be neither compressed nor summed up. */
    private void checkZeroCopy() {
        if (zeroCopySend && !compression.isEmpty() && !compression.equals(List.of("none"))) {
            throw new IllegalArgumentException("zero-copy-send: received on with multifd-compression " + String.join(",", compression)
                    + ", expected none: pages leave as they lie; QEMU refuses this, too");
        }
        if (zeroCopySend && tlsCreds != null) {
            throw new IllegalArgumentException("zero-copy-send: received on with tls-creds, expected off: what is encrypted is read;"
                    + " QEMU refuses this, too");
        }
        if (zeroCopySend && checksum) {
            throw new IllegalArgumentException("zero-copy-send: received on with checksum on, expected checksum off: pages leave"
                    + " without being read");
        }
    }

    private String choice(String name, String byDefault, String... allowed) {
        String text = values.remove(name);
        if (text == null) {
            return byDefault;
        }
        if (!List.of(allowed).contains(text)) {
            throw new IllegalArgumentException(name + ": received " + text + ", expected " + String.join(", ", allowed));
        }
        return text;
    }

    private static List<String> names(String text) {
        if (text == null) {
            return List.of();
        }
        try {
            return MethodPreference.parse(text).names();
        } catch (MethodException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static UUID uuid(String text) {
        if (text == null) {
            return null;
        }
        if (!text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
            throw new IllegalArgumentException("uuid: received " + text
                    + ", expected the form 01234567-89ab-cdef-0123-456789abcdef");
        }
        return UUID.fromString(text);
    }

    /**
     * Parameters with their defaults.
     *
     * @return the same as an empty builder's
     */
    public static MigrationParameters defaults() {
        return new Builder().build();
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects values by name. One thread's. */
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
     * The number of multifd channels.
     *
     * @return 1..255
     */
    public int multifdChannels() {
        return channels;
    }

    /**
     * Whether a parameter was set, and does not merely have its default.
     *
     * @param name one of the table above
     * @return true if the builder was given a value for it
     */
    public boolean isSet(String name) {
        return given.contains(name);
    }

    /**
     * The methods wanted, the preferred one first.
     *
     * @return empty if nothing was given: none at a source, any at a destination
     */
    public List<String> multifdCompression() {
        return compression;
    }

    /**
     * The limit of all channels together.
     *
     * @return bytes per second, 0 for none
     */
    public long maxBandwidth() {
        return maxBandwidth;
    }

    /**
     * How long the guest may be paused.
     *
     * @return milliseconds
     */
    public int downtimeLimit() {
        return downtimeLimit;
    }

    /**
     * Where zero pages are told apart.
     *
     * @return never null
     */
    public ZeroPageDetection zeroPageDetection() {
        return zeroPageDetection;
    }

    /**
     * What marks a round's end on the main channel.
     *
     * @return never null
     */
    public SyncRule syncRule() {
        return syncRule;
    }

    /**
     * Whether pages that lie in a file leave without being read.
     *
     * @return true only with the method none and without checksum
     */
    public boolean zeroCopySend() {
        return zeroCopySend;
    }

    /**
     * Whether a source tells the checksum of what it sent.
     *
     * @return true unless it is off
     */
    public boolean checksum() {
        return checksum;
    }

    /**
     * The VM's uuid.
     *
     * @return null if none was given
     */
    public UUID uuid() {
        return uuid;
    }

    /**
     * How many rounds a guest gets to converge.
     *
     * @return at least 1
     */
    public int maxRounds() {
        return maxRounds;
    }

    /**
     * How long a guest gets to converge.
     *
     * @return milliseconds, 0 for no limit
     */
    public int deadline() {
        return deadline;
    }

    /**
     * How long a peer may be silent.
     *
     * @return milliseconds
     */
    public int timeout() {
        return timeout;
    }

    /**
     * Where the TLS credentials are.
     *
     * @return null for connections without TLS
     */
    public String tlsCreds() {
        return tlsCreds;
    }

    /**
     * The host that the destination's certificate must be for.
     *
     * @return null for the one in its address
     */
    public String tlsHostname() {
        return tlsHostname;
    }

    /**
     * Which sources may connect to a destination.
     *
     * @return distinguished names separated by semicolons, null for any that the CA has signed
     */
    public String tlsAuthz() {
        return tlsAuthz;
    }

    /**
     * Whether the peer must show a certificate that holds.
     *
     * @return true unless that was turned off
     */
    public boolean tlsVerifyPeer() {
        return tlsVerifyPeer;
    }

    /**
     * What was given for methods: names and values as text, not checked yet.
     *
     * @return unmodifiable
     */
    public Map<String, String> methodParameters() {
        return methodValues;
    }
}
