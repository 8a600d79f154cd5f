package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.migration.FileRules;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.snapshot.IfExists;
import org.multifd.core.internal.snapshot.SnapshotWriter;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.wire.WireException;

/** A file: mapped-ram, or compressed. */
public final class IncomingSnapshot implements IncomingRam {

    private final FileUri file;
    private final IfExists existing;
    private final MigrationParameters parameters;
    private Seats seats;
    private SnapshotWriter writer;

    public IncomingSnapshot(FileUri file, boolean replace, MigrationParameters parameters) {
        this.file = file;
        this.parameters = parameters;
        this.existing = replace ? IfExists.REPLACE : IfExists.KEEP_UNLESS_FORCED;
    }

    @Override
    public void prepare(Seats from) throws IOException, MigrationException {
        seats = from;
        FileRules.checkWritten(seats, parameters);
        writer = SnapshotWriter.create(file.path(), file.offset(), existing, parameters.snapshotCompression());
    }

    /** Writing in place would cut off what is read. */
    void checkOther(FileUri from) throws IOException, MigrationException {
        if (file.offset() > 0 && Files.exists(file.path()) && Files.exists(from.path())
                && Files.isSameFile(file.path(), from.path())) {
            throw new MigrationException(Kind.USAGE, "file: received " + file.path()
                    + " to read from and to write to, expected two files; write into another one");
        }
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
        writer.begin(configuration, blocks, seats);
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
