package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multifd.core.FileUri;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.snapshot.IfExists;
import org.multifd.core.internal.snapshot.SnapshotWriter;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/** A mapped-ram file. */
public final class IncomingSnapshot implements IncomingRam {

    private final FileUri file;
    private final IfExists existing;
    private SnapshotWriter writer;

    public IncomingSnapshot(FileUri file, boolean replace) {
        this.file = file;
        this.existing = replace ? IfExists.REPLACE : IfExists.KEEP_UNLESS_FORCED;
    }

    @Override
    public void prepare() throws IOException {
        writer = SnapshotWriter.create(file.path(), file.offset(), existing);
    }

    @Override
    public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException {
        List<RamBlock> list = new ArrayList<>();
        try {
            lengths.forEach((name, length) -> list.add(RamBlock.withoutMemory(name, pageSize, length)));
        } catch (IllegalArgumentException e) {
            throw new WireException(e.getMessage(), e);
        }
        RamBlocks blocks = new RamBlocks(list);
        writer.begin(configuration, blocks);
        return blocks;
    }

    @Override
    public PageTarget target() {
        return writer.target();
    }

    @Override
    public ReceivedPages received() {
        return writer.received();
    }

    @Override
    public void complete(RamSections sections, byte[] tail) throws IOException {
        writer.complete(sections, tail);
    }

    @Override
    public void confirmed() {
        writer.keep();
    }

    @Override
    public void abandon() {
        if (writer != null) {
            writer.abandon();
        }
    }
}
