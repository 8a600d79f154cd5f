package org.multifd.core.internal.outgoing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.multifd.core.DirtyLog;
import org.multifd.core.Guest;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceSection;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.RamSections;

/** A guest that stopped long ago: its RAM, configuration and devices are in a file. */
public final class OutgoingSnapshot implements OutgoingRam {

    /** A log of its own for each migration: nothing becomes dirty any more. */
    public static DirtyLog clean() {
        return new DirtyLog() {

            @Override
            public void getAndClear(String block, BitSet into) {
                // No page ever has a mark.
            }

            @Override
            public void putBack(String block, BitSet pages) {
                // None was taken.
            }
        };
    }

    /** Nothing runs any more. */
    public static final Guest STOPPED = new Guest() {

        @Override
        public void pause() {
            // It is.
        }

        @Override
        public void resume() {
            // It lives on where it is migrated to, or nowhere.
        }
    };

    private final Snapshot snapshot;
    private final boolean unread;

    /** @param unread whether pages are to leave without being read */
    public OutgoingSnapshot(Snapshot snapshot, boolean unread) {
        this.snapshot = snapshot;
        this.unread = unread;
    }

    @Override
    public RamBlocks blocks() {
        return snapshot.blocks();
    }

    @Override
    public PageSource pages(Seats seats) {
        return snapshot.source(seats, unread);
    }

    @Override
    public SendChannels.Round firstRound() {
        return snapshot.round();
    }

    @Override
    public String storedMethod() {
        return snapshot.method().equals(Snapshot.NONE) ? null : snapshot.method();
    }

    @Override
    public boolean isStoredAs(String method, int formatVersion) {
        return method.equals(storedMethod()) && snapshot.formatVersion() == formatVersion;
    }

    @Override
    public boolean isInFile() {
        return true;
    }

    @Override
    public StreamRules rules(MigrationParameters parameters) {
        return StreamRules.of(snapshot.configuration().machine(), parameters);
    }

    @Override
    public Configuration configuration() {
        return Snapshot.withoutPlaces(snapshot.configuration());
    }

    @Override
    public RamSections sections() {
        return snapshot.sections();
    }

    @Override
    public List<String> devices() {
        try {
            return snapshot.devices().stream().map(DeviceSection::name).toList();
        } catch (GuestFileException e) {
            return List.of(); // the tail goes out as it is
        }
    }

    @Override
    public void takeEnd() {
        // The snapshot has it.
    }

    /** A multifd peer counts the pages, and this migration's are not those that the file's stream began with. */
    @Override
    public byte[] tail(MigrationStats sent) throws IOException {
        DeviceTail.Ending ending = DeviceTail.ending(snapshot.tail());
        return ending == null ? behind() : DeviceTail.bytes(new DeviceTail.Ending(sent.normalPages(),
                sent.zeroPages(), ending.state()), blocks().pageSize());
    }

    private byte[] behind() {
        byte[] behind = snapshot.sections().behind();
        return ByteBuffer.allocate(behind.length + snapshot.tail().length).put(behind).put(snapshot.tail()).array();
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
