package org.multifd.core.internal.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.multifd.core.internal.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connections belong to the migration that is gathered: the same TLS identity as main, the same uuid.
 *
 * <p>A channel that was accepted before main may be what an earlier attempt has left behind: until it is settled which
 * channels there are it makes way for a newer one of its id, and is dropped when it ends. One that was accepted after main is
 * the migration's own. An id too many, or a second time, is then the migration's, too, and ends it: the source would send
 * pages there. What comes when all channels are known is another's.
 *
 * <p>Guarded by the lock of its {@link Gathering}.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** Ids are one byte; QEMU has up to 255 channels. */
    static final int MOST_CHANNELS = 255;

    /** A channel that has ended may have been accepted after a main that has not been heard for so long. */
    private static final int CALM_MILLIS = 1000;

    private static final byte[] LIST = "\3ram".getBytes(StandardCharsets.ISO_8859_1);

    private final Gathering.Terms terms;
    private final List<Member> channels = new ArrayList<>();
    private Acceptor acceptor;
    private Member main;
    /** Of the VM, once a channel behind main or main itself has said it. */
    private UUID vm;
    /** Of the first channel that was refused for it, and whether that came behind main. */
    private UUID otherUuid;
    private boolean otherOfMain;
    /** Main is read: it cannot be dropped any more. */
    private boolean begun;
    private boolean settled;
    /** How many connections had been accepted when the list came. */
    private long listed;

    Membership(Gathering.Terms terms) {
        this.terms = terms;
    }

    Member main() {
        return main;
    }

    List<Member> channels() {
        return channels;
    }

    UUID otherUuid() {
        return otherUuid;
    }

    void begin() {
        begun = true;
    }

    /**
     * Takes a connection.
     *
     * @return what ends the migration, or null
     * @throws IOException with the reason, if the connection does not belong to the migration
     */
    WireException offer(Member offered, Acceptor by) throws IOException {
        acceptor = by;
        if (offered.init == null) {
            offerMain(offered);
        } else {
            checkBelongs(offered);
            if (offered.id() >= most() && !isLate(offered)) {
                return tooMany(offered.id());
            }
            if (settled) {
                return late(offered);
            }
            add(offered);
        }
        return main == null ? null : arrange();
    }

    private void offerMain(Member offered) throws WireException {
        if (main != null && !dropMain()) {
            throw new WireException("received a second main channel, expected one");
        }
        main = offered;
        otherOfMain = false;
        dropChannels(channel -> !channel.connection.isOfSamePeer(main.connection), "another peer's main channel has come since");
    }

    private void checkBelongs(Member offered) throws IOException {
        UUID uuid = offered.init.uuid();
        if (terms.uuid() != null && !terms.uuid().equals(uuid)) {
            otherUuid = otherUuid == null ? uuid : otherUuid;
            otherOfMain |= main != null;
            throw new WireException("channel " + offered.id() + ": received uuid " + uuid + ", expected " + terms.uuid());
        }
        if (main != null) {
            offered.connection.checkIsOfSamePeer(main.connection);
        }
        if (vm != null && !vm.equals(uuid)) {
            throw new WireException("received uuid " + uuid + " on channel " + offered.id() + ", expected " + vm
                    + " as on the other channels");
        }
    }

    private boolean isLate(Member offered) {
        return settled && offered.order > listed;
    }

    /** What had connected when the list came may be the source's: pages that it sends on a second channel of an id would be lost. */
    private WireException late(Member offered) throws WireException {
        if (!isLate(offered) && channels.stream().anyMatch(channel -> channel.id() == offered.id())) {
            return secondTime(offered);
        }
        throw new WireException("received channel id " + offered.id() + " after the list of RAM blocks, when all channels of this"
                + " migration had connected");
    }

    private static WireException secondTime(Member channel) {
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

    private void add(Member offered) {
        while (channels.size() >= Acceptor.SILENT) { // of several attempts, and main has not come
            drop(channels.get(0), "there are " + channels.size() + " channels that wait for a main channel, and it is the oldest");
        }
        int at = channels.size();
        while (at > 0 && channels.get(at - 1).order > offered.order) {
            at--;
        }
        channels.add(at, offered);
        LOG.debug("channel {} from {}{}", offered.id(), offered.connection.peer(),
                offered.init.method() == null ? "" : ", method " + offered.init.method());
    }

    /** The first channel behind main says whose the migration is, once all that came before it have said what they are. */
    private void decide() {
        if (vm == null && main != null) {
            channels.stream().filter(channel -> !isEarly(channel)).findFirst()
                    .filter(own -> !acceptor.expects(own.order, CALM_MILLIS)).ifPresent(own -> choose(own.init.uuid()));
        }
    }

    /** Whether nothing that came before the first channel behind main can still say whose the migration is. */
    boolean isDecided() {
        return vm != null || channels.stream().allMatch(this::isEarly);
    }

    /** Main is there: what came before makes way for what came behind it. */
    private WireException arrange() {
        for (Member newer : List.copyOf(channels)) {
            for (Member older : List.copyOf(channels)) {
                if (older.order < newer.order && older.id() == newer.id() && older.init.uuid().equals(newer.init.uuid())) {
                    if (!mayBeLeft(older)) {
                        return secondTime(newer);
                    }
                    drop(older, "it has come again, of a source that starts anew");
                }
            }
        }
        return null;
    }

    private boolean isEarly(Member channel) {
        return main == null || channel.order < main.order;
    }

    /** Whether it may be what an earlier attempt has left behind. */
    private boolean mayBeLeft(Member channel) {
        return !channel.used && (isEarly(channel) || channel.ended());
    }

    private void choose(UUID uuid) {
        vm = uuid;
        dropChannels(channel -> !channel.init.uuid().equals(uuid), "the migration that has begun is of uuid " + uuid);
    }

    private void dropChannels(Predicate<Member> which, String why) {
        channels.stream().filter(which).toList().forEach(channel -> drop(channel, why));
    }

    private void drop(Member channel, String why) {
        channels.remove(channel);
        close(channel, "channel " + channel.id() + " of uuid " + channel.init.uuid() + ": " + why);
    }

    private void close(Member member, String why) {
        acceptor.report(member.connection, why);
        member.connection.close();
    }

    /** A main channel that has ended before anything else of its migration came was none, or of an attempt that was given up. */
    boolean dropMain() {
        if (begun || main == null || !main.ended() || mainMayHaveList() || otherOfMain || !channels.stream().allMatch(this::isEarly)) {
            return false;
        }
        Member gone = main;
        main = null;
        close(gone, "main channel closed before a multifd channel or its list of RAM blocks had come");
        return true;
    }

    /** Whether main has come to its list of RAM blocks, as far as that can be told without reading it. */
    boolean mainMayHaveList() {
        return main.mayHaveSaid(LIST);
    }

    /** A channel that came before main and has ended since was of an attempt that was given up, as a main that ended alone. */
    void dropEnded() {
        if (main != null && main.endedBefore(CALM_MILLIS) && !acceptor.expects(Long.MAX_VALUE, CALM_MILLIS)) {
            dropMain();
        }
        decide();
        for (Member channel : begun ? List.<Member>of() : List.copyOf(channels)) {
            if (channel.ended() && isEarly(channel) && (main != null || !acceptor.expects(channel.order, CALM_MILLIS))) {
                channels.remove(channel);
                channel.connection.close();
                LOG.debug("channel {} from {} closed before a migration began", channel.id(), channel.connection.peer());
            }
        }
    }

    /** Without main, channels that are older are of no migration. */
    void dropOlderThan(int millis) {
        if (main == null) {
            dropChannels(channel -> channel.isOlderThan(millis), "no main channel has come within " + millis + " ms");
        }
    }

    /** Main's configuration says which VM it is. */
    void configured(UUID uuid) throws WireException {
        for (Member channel : channels) {
            if (channel.used && !channel.init.uuid().equals(uuid)) {
                throw new WireException("channel " + channel.id() + ": received uuid " + channel.init.uuid() + ", expected " + uuid
                        + " as in the configuration on the main channel");
            }
        }
        choose(uuid);
    }

    /** All channels are there; if none came behind main, they are those of the VM that came last. */
    void settle(long accepted) {
        listed = accepted;
        decide();
        if (vm == null && !channels.isEmpty()) {
            choose(channels.get(channels.size() - 1).init.uuid());
        }
        settled = true;
    }

    boolean isSettled() {
        return settled;
    }

    /** How many channels there are of one VM: the last one's, as long as several may be meant. */
    int count() {
        return group().size();
    }

    private List<Member> group() {
        UUID last = channels.isEmpty() ? null : channels.get(channels.size() - 1).init.uuid();
        UUID uuid = channels.stream().filter(channel -> !isEarly(channel)).findFirst().map(own -> own.init.uuid()).orElse(last);
        return channels.stream().filter(channel -> channel.init.uuid().equals(uuid)).toList();
    }

    /** The lowest id that has no channel. */
    int firstMissing() {
        boolean[] there = new boolean[MOST_CHANNELS + 1];
        group().forEach(channel -> there[channel.id()] = true);
        int id = 0;
        while (there[id]) {
            id++;
        }
        return id;
    }

    /** The next channel that can be used before the number is known, once each; null if there is none now. */
    Member poll() {
        decide();
        for (Member channel : channels) {
            if (!channel.used && (settled || begun && vm != null && !isEarly(channel))) {
                channel.used = true;
                return channel;
            }
        }
        return null;
    }
}
