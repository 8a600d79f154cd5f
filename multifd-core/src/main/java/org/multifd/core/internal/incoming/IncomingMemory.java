package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.migration.Callback;
import org.multifd.core.internal.ram.MemoryTarget;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.PacketHeader;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** The RAM that an embedding program supplies. */
public final class IncomingMemory implements IncomingRam {

    /** Gives the memory once its shape is known; refuses with a MigrationException. */
    @FunctionalInterface
    public interface Supplier {
        RamBlocks supply(int pageSize, Map<String, Long> lengths) throws MigrationException;
    }

    private final Supplier supplier;
    private volatile byte[] deviceState;
    private RamBlocks blocks;
    private ReceivedPages received;

    public IncomingMemory(Supplier supplier) {
        this.supplier = supplier;
    }

    /** Null until it is complete. */
    public byte[] deviceState() {
        return deviceState;
    }

    @Override
    public void prepare(Seats seats) {
        // The supplier is asked when it is known for what.
    }

    @Override
    public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException {
        blocks = inOrder(supply(pageSize, lengths), pageSize, lengths);
        received = new ReceivedPages(blocks);
        return blocks;
    }

    private RamBlocks supply(int pageSize, Map<String, Long> lengths) throws IOException {
        try {
            return Callback.answer("RAM could not be supplied", "supply()", () -> supplier.supply(pageSize, lengths));
        } catch (MigrationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static RamBlocks inOrder(RamBlocks all, int pageSize, Map<String, Long> lengths) throws IOException {
        if (all.pageSize() != pageSize) {
            throw new WireException("RAM: received page size " + pageSize + ", expected " + all.pageSize());
        }
        List<RamBlock> list = new ArrayList<>();
        for (Map.Entry<String, Long> entry : lengths.entrySet()) {
            int index = all.byName(entry.getKey());
            if (index < 0 || all.get(index).length() != entry.getValue()) {
                throw new WireException("RAM: received block " + Text.quote(entry.getKey()) + " of " + entry.getValue()
                        + " bytes, expected " + (index < 0 ? "one of " + all.names()
                                : all.get(index).length() + " bytes")
                                + "; start the destination with the source's RAM");
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
