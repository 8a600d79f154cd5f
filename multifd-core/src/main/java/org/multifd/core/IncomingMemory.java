package org.multifd.core;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multifd.core.ram.MemoryTarget;
import org.multifd.core.ram.PageTarget;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.ram.ReceivedPages;
import org.multifd.core.stream.Configuration;
import org.multifd.core.stream.DeviceTail;
import org.multifd.core.stream.RamSections;
import org.multifd.core.wire.PacketHeader;
import org.multifd.core.wire.Text;
import org.multifd.core.wire.WireException;

/** The RAM that an embedding program supplies. */
final class IncomingMemory implements IncomingRam {

    private final RamSupplier supplier;
    private volatile GuestRam guestRam;
    private volatile byte[] deviceState;
    private RamBlocks blocks;
    private ReceivedPages received;

    IncomingMemory(RamSupplier supplier) {
        this.supplier = supplier;
    }

    /** Null until it is known. */
    GuestRam guestRam() {
        return guestRam;
    }

    /** Null until it is complete. */
    byte[] deviceState() {
        return deviceState;
    }

    @Override
    public void prepare() {
        // The supplier is asked when it is known for what.
    }

    @Override
    public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException {
        GuestRam supplied = supply(pageSize, lengths);
        blocks = inOrder(supplied, pageSize, lengths);
        received = new ReceivedPages(blocks);
        guestRam = supplied;
        return blocks;
    }

    private GuestRam supply(int pageSize, Map<String, Long> lengths) throws IOException {
        try {
            return supplier.supply(pageSize, lengths);
        } catch (MigrationException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new WireException("RAM: " + e.getMessage(), e);
        }
    }

    private static RamBlocks inOrder(GuestRam supplied, int pageSize, Map<String, Long> lengths) throws IOException {
        RamBlocks all = supplied.ramBlocks();
        if (all.pageSize() != pageSize) {
            throw new WireException("RAM: received page size " + pageSize + ", expected " + all.pageSize());
        }
        List<RamBlock> list = new ArrayList<>();
        for (Map.Entry<String, Long> entry : lengths.entrySet()) {
            int index = all.byName(entry.getKey());
            if (index < 0 || all.get(index).length() != entry.getValue()) {
                throw new WireException("RAM: received block " + Text.quote(entry.getKey()) + " of " + entry.getValue()
                        + " bytes, expected " + (index < 0 ? "one of " + supplied.blocks()
                                : all.get(index).length() + " bytes") + "; start the destination with the source's RAM");
            }
            list.add(all.get(index));
        }
        return new RamBlocks(list);
    }

    @Override
    public PageTarget target() {
        return new MemoryTarget(blocks, received, PacketHeader.pageCount(blocks.pageSize()));
    }

    @Override
    public ReceivedPages received() {
        return received;
    }

    @Override
    public void complete(RamSections sections, byte[] tail) throws WireException {
        DeviceTail.Ending ending = DeviceTail.ending(tail);
        deviceState = ending == null ? tail : ending.state();
    }

    @Override
    public void confirmed() {
        // The memory is the embedding program's in any case.
    }

    @Override
    public void abandon() {
        // The memory is the embedding program's, and undefined now, as it was told.
    }
}
