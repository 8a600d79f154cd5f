package org.multifd.core;

import java.io.IOException;
import java.util.UUID;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.ram.MemorySource;
import org.multifd.core.ram.PageSource;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.stream.Configuration;
import org.multifd.core.stream.DeviceTail;
import org.multifd.core.stream.MainStreamWriter;
import org.multifd.core.wire.PacketHeader;

/** A live guest's RAM and device state. */
final class OutgoingMemory implements OutgoingRam {

    /** The machine type in our configuration section: there is no machine behind it. */
    /** The machine type that a stream of ours tells: no QEMU's guest. */
    static final String MACHINE = "multifd";

    private static final int DEVICE_STATE_LIMIT = 64 * 1024 * 1024;

    private final RamBlocks blocks;
    private final Guest guest;
    private byte[] state;

    OutgoingMemory(GuestRam ram, Guest guest) {
        this.blocks = ram.ramBlocks();
        this.guest = guest;
    }

    @Override
    public RamBlocks blocks() {
        return blocks;
    }

    @Override
    public PageSource pages() {
        return new MemorySource(blocks.pageSize(), PacketHeader.pageCount(blocks.pageSize()));
    }

    @Override
    public boolean isInFile() {
        return false;
    }

    @Override
    public StreamRules rules(MigrationParameters parameters) {
        return StreamRules.ours(parameters);
    }

    @Override
    public UUID uuid() {
        return null;
    }

    @Override
    public boolean mayMeetQemu() {
        return false;
    }

    @Override
    public void start(MainStreamWriter stream) throws IOException {
        stream.start(MACHINE, blocks.pageSize());
    }

    /** What {@link #start} writes, and the VM's uuid, if it is given: a file has no init packets. */
    Configuration configuration(UUID uuid) {
        return Configuration.of(MACHINE, blocks.pageSize(), uuid);
    }

    @Override
    public void takeEnd() throws MigrationException {
        try {
            state = guest.deviceState();
        } catch (Exception e) {
            throw new MigrationException(Kind.INTERNAL, "device state could not be taken: " + e, e);
        }
        if (state.length > DEVICE_STATE_LIMIT) {
            throw new MigrationException(Kind.INTERNAL, "device state: received " + state.length + " bytes, expected at most "
                    + DEVICE_STATE_LIMIT);
        }
    }

    @Override
    public void end(MainStreamWriter stream, MigrationStats sent) throws IOException {
        stream.end(ending(sent), blocks.pageSize());
    }

    /** What {@link #end} writes. */
    byte[] tail(MigrationStats sent) {
        return DeviceTail.bytes(ending(sent), blocks.pageSize());
    }

    private DeviceTail.Ending ending(MigrationStats sent) {
        return new DeviceTail.Ending(sent.normalPages(), sent.zeroPages(), state);
    }

    @Override
    public void close() {
        // The memory is the embedding program's.
    }
}
