package org.multifd.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.channel.Failure;
import org.multifd.core.channel.ReceiveChannels;
import org.multifd.core.ram.RamBlock;
import org.multifd.core.ram.RamBlocks;
import org.multifd.core.ram.ReceivedPages;
import org.multifd.core.ram.ZeroPages;
import org.multifd.core.stream.Configuration;
import org.multifd.core.stream.MainStreamHandler;
import org.multifd.core.stream.ReturnPathWriter;
import org.multifd.core.transport.Connection;
import org.multifd.core.wire.Text;
import org.multifd.core.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The destination's side of the main channel: what its stream says happens to RAM, and the return path. */
final class IncomingMain implements MainStreamHandler {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingMain.class);

    /** The RAM that is being filled. */
    record Ram(RamBlocks blocks, ReceivedPages received) {
    }

    /** Starts the multifd channels once the RAM is known. */
    @FunctionalInterface
    interface ChannelStarter {
        ReceiveChannels start(Ram ram) throws IOException;
    }

    private final Connection connection;
    private final MigrationParameters parameters;
    private final RamSupplier supplier;
    private final ChannelStarter starter;
    private final Progress progress;
    private final boolean ours;
    private int pageSize = 4096;
    private volatile GuestRam guestRam;
    private Ram ram;
    private ZeroPages zeroPages;
    private ReceiveChannels channels;
    private ReturnPathWriter returnPath;

    /** @param ours whether the source showed that it is one of ours */
    IncomingMain(Connection connection, MigrationParameters parameters, RamSupplier supplier, ChannelStarter starter,
            Progress progress, boolean ours) {
        this.connection = connection;
        this.parameters = parameters;
        this.supplier = supplier;
        this.starter = starter;
        this.progress = progress;
        this.ours = ours;
    }

    GuestRam guestRam() {
        return guestRam;
    }

    @Override
    public void configuration(Configuration configuration) throws WireException {
        LOG.debug("machine {}, capabilities {}", configuration.machine(), configuration.capabilities());
        if (configuration.pageSize() != 0) {
            pageSize = configuration.pageSize();
        }
        UUID expected = parameters.uuid();
        if (expected != null && configuration.uuid() != null && !expected.equals(configuration.uuid())) {
            throw new WireException("configuration: received uuid " + configuration.uuid() + ", expected " + expected);
        }
    }

    @Override
    public synchronized void openReturnPath() {
        if (returnPath == null) {
            returnPath = new ReturnPathWriter(connection);
        }
    }

    synchronized boolean hasReturnPath() {
        return returnPath != null;
    }

    @Override
    public synchronized void ping(int value) throws IOException {
        if (returnPath != null) {
            returnPath.pong(value);
        }
    }

    @Override
    public void ramList(List<BlockEntry> entries) throws IOException {
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (BlockEntry entry : entries) {
            if (entry.length() % pageSize != 0) {
                throw new WireException("main channel: received RAM block " + Text.quote(entry.name()) + " of " + entry.length()
                        + " bytes, expected a multiple of the page size " + pageSize);
            }
            lengths.put(entry.name(), entry.length());
        }
        guestRam = supply(lengths);
        RamBlocks blocks = inOrder(guestRam, lengths);
        ram = new Ram(blocks, new ReceivedPages(blocks));
        zeroPages = new ZeroPages(pageSize);
        progress.pageSize = pageSize;
        progress.ramBytes = blocks.length();
        channels = starter.start(ram);
        progress.state = MigrationStats.State.ACTIVE;
    }

    private GuestRam supply(Map<String, Long> lengths) throws IOException {
        try {
            return supplier.supply(pageSize, lengths);
        } catch (MigrationException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new WireException("RAM: " + e.getMessage(), e);
        }
    }

    private RamBlocks inOrder(GuestRam supplied, Map<String, Long> lengths) throws IOException {
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
    public void zeroPage(int block, long offset) {
        ram.received().zero(block, offset, zeroPages);
        ram.received().mark(block, offset);
        progress.zeroPagesOnMain++;
    }

    @Override
    public void page(int block, long offset, ByteBuffer page) {
        ram.blocks().get(block).putPage(offset, page);
        ram.received().mark(block, offset);
    }

    @Override
    public void sync() throws IOException {
        channels.sync();
        progress.rounds++;
        LOG.debug("mark {}", progress.rounds);
    }

    /** All is loaded: says so, if the source asked to be told. */
    synchronized void confirm() throws IOException {
        if (returnPath != null) {
            returnPath.shut(true);
        }
    }

    /** It failed: says so and why, if the source listens; ours always does. Any thread. */
    synchronized void fail(Throwable why) {
        if (ours) {
            openReturnPath();
        }
        if (returnPath == null) {
            connection.close();
            return;
        }
        try {
            if (ours) {
                returnPath.reason(Errors.toMigration(why, Kind.STREAM).getMessage());
            }
            returnPath.shut(false);
            connection.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("the source could not be told: {}", e.getMessage());
            connection.close();
        }
    }

    /** Reads what still comes until the source closes, so that it can read why: a close now would destroy that on its way. */
    void linger() {
        ByteBuffer rest = ByteBuffer.allocate(64 * 1024);
        try {
            while (returnPath != null && connection.read(rest.clear()) >= 0) {
                LOG.trace("discarded {} bytes", rest.position());
            }
        } catch (IOException e) {
            LOG.debug("while waiting for the source to close: {}", e.getMessage());
        }
    }
}
