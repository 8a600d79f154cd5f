package org.multifd.core.internal.outgoing;

import java.util.List;
import org.multifd.core.Guest;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.migration.Callback;
import org.multifd.core.internal.ram.MemorySource;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamWriter;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;

/** A live guest's RAM and device state. */
public final class OutgoingMemory implements OutgoingRam {

    private final RamBlocks blocks;
    private final Guest guest;
    private byte[] state;

    public OutgoingMemory(RamBlocks blocks, Guest guest) {
        this.blocks = blocks;
        this.guest = guest;
    }

    @Override
    public RamBlocks blocks() {
        return blocks;
    }

    @Override
    public PageSource pages(Seats seats) {
        return new MemorySource(blocks.pageSize(), PacketHeader.pageCount(blocks.pageSize()));
    }

    @Override
    public SendChannels.Round firstRound() {
        return null;
    }

    @Override
    public String storedMethod() {
        return null;
    }

    @Override
    public boolean isStoredAs(String method, int formatVersion) {
        return false;
    }

    @Override
    public boolean isInFile() {
        return false;
    }

    @Override
    public StreamRules rules(MigrationParameters parameters) {
        return StreamRules.newest(parameters);
    }

    @Override
    public Configuration configuration() {
        return Configuration.of(Configuration.MULTIFD, blocks.pageSize(), null);
    }

    @Override
    public RamSections sections() {
        return new RamSections(MainStreamWriter.RAM_ID, 0, false);
    }

    @Override
    public List<String> devices() {
        return List.of();
    }

    @Override
    public void takeEnd() throws MigrationException {
        state = Callback.answer("device state could not be taken", "deviceState()", guest::deviceState);
        if (state.length > DeviceTail.STATE_LIMIT) {
            throw new MigrationException(Kind.INTERNAL, "device state: received " + state.length
                    + " bytes, expected at most " + DeviceTail.STATE_LIMIT);
        }
    }

    @Override
    public byte[] tail(MigrationStats sent) {
        return DeviceTail.bytes(new DeviceTail.Ending(sent.normalPages(), sent.zeroPages(), state), blocks.pageSize());
    }

    @Override
    public void close() {
        // The memory is the embedding program's.
    }
}
