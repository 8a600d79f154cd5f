package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule that says which connections belong to the migration that is gathered: those with main's TLS identity and one
 * uuid.
 *
 * <p>A channel that was accepted before main may be left over from an earlier attempt. Until the channels are settled,
 * a newer one with its id replaces it, and it is dropped when it ends. When they are settled and their number was not
 * given, it is dropped if an id below its own is missing, or if it is {@linkplain #isLeft silent} among others.
 *
 * <p>A channel that was accepted after main belongs to the migration. If its id is too high or comes a second time, the
 * migration fails, because the source would send pages there. A connection that comes after the channels are settled
 * does not belong to the migration.
 *
 * <p>Guarded by the lock of its {@link Gathering}.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** The most channels of a migration: an id is one byte, and QEMU has up to 255 channels. */
    static final int MOST_CHANNELS = 255;

    private static final byte[] LIST = "\3ram".getBytes(StandardCharsets.ISO_8859_1);

    private final Gathering.Terms terms;
    /** The channels, in the order in which they were accepted. */
    final List<Caller> channels = new ArrayList<>();
    Caller main;
    /** The acceptor that has offered the last connection. */
    Acceptor acceptor;
    /** The uuid of the VM, once a channel behind main or the configuration on main has said it. */
    private UUID vm;
    /** The uuid of the first channel that was refused for it, and whether one of those came behind main. */
    UUID otherUuid;
    private boolean otherOfMain;
    /** Whether main is being read and cannot be dropped any more. */
    boolean begun;
    boolean settled;
    /** The number of connections that had been accepted when main's list of RAM blocks came; 0 until then. */
    long listed;

    Membership(Gathering.Terms terms) {
        this.terms = terms;
    }

    /**
     * Takes a connection.
     *
     * @return the error that ends the migration, or null
     * @throws IOException with the reason, if the connection does not belong to the migration
     */
    WireException offer(Caller offered, Acceptor by) throws IOException {
        acceptor = by;
        if (offered.init == null) {
            offerMain(offered);
        } else {
            checkBelongs(offered);
            boolean late = settled && isLate(offered);
            if (offered.id() >= most() && !late) {
                return tooMany(offered.id());
            }
            if (settled) {
                return refuseSettled(offered, late);
            }
            add(offered);
        }
        return main == null ? null : arrange();
    }

    private void offerMain(Caller offered) throws WireException {
        if (main != null && !dropMain()) {
            throw new WireException("received a second main channel, expected one");
        }
        main = offered;
        otherOfMain = false;
        dropChannels(channel -> !channel.connection.isOfSamePeer(main.connection),
                "another peer's main channel has come since");
    }

    private void checkBelongs(Caller offered) throws IOException {
        UUID uuid = offered.init.uuid();
        if (terms.uuid() != null && !terms.uuid().equals(uuid)) {
            otherUuid = otherUuid == null ? uuid : otherUuid;
            otherOfMain |= main != null;
            throw new WireException("channel " + offered.id() + ": received uuid " + uuid + ", expected "
                    + terms.uuid());
        }
        if (main != null) {
            offered.connection.checkIsOfSamePeer(main.connection);
        }
        if (vm != null && !vm.equals(uuid)) {
            throw new WireException("received uuid " + uuid + " on channel " + offered.id() + ", expected " + vm
                    + " as on the other channels");
        }
    }

    /** Returns whether the connection was accepted after main's list had come. */
    boolean isLate(Caller offered) {
        return listed > 0 && offered.order > listed;
    }

    /**
     * Refuses a channel after the list. If it had connected before and its id is taken, the migration fails: its pages
     * would be lost.
     */
    private WireException refuseSettled(Caller offered, boolean late) throws WireException {
        if (!late && channels.stream().anyMatch(channel -> channel.id() == offered.id())) {
            return secondTime(offered);
        }
        throw new WireException("received channel id " + offered.id()
                + " after the list of RAM blocks, when all channels of this migration had connected");
    }

    private static WireException secondTime(Caller channel) {
        return new WireException("received channel id " + channel.id() + " a second time, expected once");
    }

    private int most() {
        return terms.channels() == 0 ? MOST_CHANNELS : terms.channels();
    }

    private WireException tooMany(int id) throws WireException {
        WireException tooMany = new WireException("received channel id " + id + ", expected 0.." + (most() - 1)
                + (terms.channels() > 0 ? "; set the same multifd-channels on both sides" : ""));
        if (terms.channels() == 0) {
            throw tooMany; // no source has as many
        }
        return tooMany;
    }

    private void add(Caller offered) {
        while (channels.size() >= Acceptor.SILENT) { // of several attempts, and main has not come
            drop(channels.get(0), "there are " + channels.size()
                    + " channels that wait for a main channel, and it is the oldest");
        }
        int at = channels.size();
        while (at > 0 && channels.get(at - 1).order > offered.order) {
            at--;
        }
        channels.add(at, offered);
        LOG.debug("channel {} from {}{}", offered.id(), offered.connection.peer(),
                offered.init.method() == null ? "" : ", method " + offered.init.method());
    }

    /** Takes the uuid of the first channel behind main, once all connections before it have said what they are. */
    private void decide() {
        if (vm == null && main != null) {
            channels.stream().filter(channel -> !isEarly(channel)).findFirst()
                    .filter(own -> !acceptor.expects(own.order, Gathering.CALM_MILLIS))
                    .ifPresent(own -> choose(own.init.uuid()));
        }
    }

    /** Returns whether the uuid is chosen, or no channel has come behind main that could choose it. */
    boolean isDecided() {
        return vm != null || channels.stream().allMatch(this::isEarly);
    }

    /** Replaces channels from before main by newer ones of the same id. */
    private WireException arrange() {
        for (Caller newer : List.copyOf(channels)) {
            for (Caller older : List.copyOf(channels)) {
                if (older.order < newer.order && older.id() == newer.id()
                        && older.init.uuid().equals(newer.init.uuid())) {
                    if (!mayBeLeft(older)) {
                        return secondTime(newer);
                    }
                    drop(older, "it has come again, of a source that starts anew");
                }
            }
        }
        return null;
    }

    private boolean isEarly(Caller channel) {
        return main == null || channel.order < main.order;
    }

    /** Returns whether the channel may be left over from an earlier attempt. */
    private boolean mayBeLeft(Caller channel) {
        return !channel.used && (isEarly(channel) || channel.ended());
    }

    /** Returns when the first of the present connections came, or 0. */
    long firstNanos() {
        return Stream.concat(channels.stream(), Stream.ofNullable(main)).mapToLong(caller -> caller.since).min()
                .orElse(0);
    }

    private void choose(UUID uuid) {
        vm = uuid;
        dropChannels(channel -> !channel.init.uuid().equals(uuid), "the migration that has begun is of uuid " + uuid);
    }

    private void dropChannels(Predicate<Caller> which, String why) {
        channels.stream().filter(which).toList().forEach(channel -> drop(channel, why));
    }

    private void drop(Caller channel, String why) {
        channels.remove(channel);
        close(channel, "channel " + channel.id() + " of uuid " + channel.init.uuid() + ": " + why);
    }

    private void close(Caller member, String why) {
        acceptor.report(member.connection, why);
        member.connection.close();
    }

    /** Drops main if it has ended before anything else of its migration came. Returns whether it did. */
    boolean dropMain() {
        if (begun || main == null || !main.ended() || mainMayHaveList() || otherOfMain
                || !channels.stream().allMatch(this::isEarly)) {
            return false;
        }
        Caller gone = main;
        main = null;
        close(gone, "main channel closed before a multifd channel or its list of RAM blocks had come");
        return true;
    }

    /** Returns whether main may have come to its list of RAM blocks, as far as its first bytes show. */
    boolean mainMayHaveList() {
        return main.mayHaveSaid(LIST);
    }

    /** Drops a main that ended alone, and channels from before main that have ended: their attempt was given up. */
    void dropEnded() {
        if (main != null && main.endedBefore(Gathering.CALM_MILLIS) && !acceptor.expects(Long.MAX_VALUE,
                Gathering.CALM_MILLIS)) {
            dropMain();
        }
        decide();
        for (Caller channel : begun ? List.<Caller>of() : List.copyOf(channels)) {
            if (channel.ended() && isEarly(channel)
                    && (main != null || !acceptor.expects(channel.order, Gathering.CALM_MILLIS))) {
                channels.remove(channel);
                channel.connection.close();
                LOG.debug("channel {} from {} closed before a migration began", channel.id(),
                        channel.connection.peer());
            }
        }
    }

    /** Drops channels that have waited that long for a main channel. */
    void dropOlderThan(int millis) {
        if (main == null) {
            dropChannels(channel -> channel.isOlderThan(millis), "no main channel has come within " + millis + " ms");
        }
    }

    /** Takes the uuid of main's configuration. */
    void configured(UUID uuid) throws WireException {
        for (Caller channel : channels) {
            if (channel.used && !channel.init.uuid().equals(uuid)) {
                throw new WireException("channel " + channel.id() + ": received uuid " + channel.init.uuid()
                        + ", expected " + uuid + " as in the configuration on the main channel");
            }
        }
        choose(uuid);
    }

    /** Fixes the channels. If none came behind main, those with the uuid of the last one are taken. */
    void settle() {
        decide();
        if (vm == null && !channels.isEmpty()) {
            choose(channels.get(channels.size() - 1).init.uuid());
        }
        if (terms.channels() == 0) {
            int missing = firstMissing();
            dropChannels(channel -> isEarly(channel) && !channel.used && channel.id() > missing,
                    "it came before the main channel, and there is none of id " + missing);
            dropChannels(this::isLeft, "it came before the main channel, and has sent nothing since");
        }
        settled = true;
    }

    /**
     * Returns whether a channel that came before main has sent nothing, while another one came behind main: by its list
     * of RAM blocks a source has sent a SYNC on each channel, or is about to.
     */
    private boolean isLeft(Caller channel) {
        return isEarly(channel) && !channel.used && channel.isSilent()
                && !channels.stream().allMatch(this::isEarly);
    }

    /** Returns whether there is a channel that would be dropped for its silence. */
    boolean hasLeft() {
        return channels.stream().anyMatch(this::isLeft);
    }

    /** Returns the number of channels of one VM: that of the first channel behind main, or else of the last channel. */
    int count() {
        return group().size();
    }

    private List<Caller> group() {
        UUID last = channels.isEmpty() ? null : channels.get(channels.size() - 1).init.uuid();
        UUID uuid = channels.stream().filter(channel -> !isEarly(channel)).findFirst().map(own -> own.init.uuid())
                .orElse(last);
        return channels.stream().filter(channel -> channel.init.uuid().equals(uuid)).toList();
    }

    /** Returns the lowest id that has no channel. */
    int firstMissing() {
        boolean[] there = new boolean[MOST_CHANNELS + 1];
        group().forEach(channel -> there[channel.id()] = true);
        int id = 0;
        while (there[id]) {
            id++;
        }
        return id;
    }

    /** Returns each channel once, as soon as it can be used, and null if there is none now. */
    Caller poll() {
        decide();
        for (Caller channel : channels) {
            if (!channel.used && (settled || begun && vm != null && !isEarly(channel))) {
                channel.used = true;
                return channel;
            }
        }
        return null;
    }
}
