package org.multifd.core.internal.incoming;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.FileChannels;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.migration.Channels;
import org.multifd.core.internal.migration.FileRules;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.ram.GuestFileException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** A snapshot: its stream is read and checked first, then the channels bring the pages to their places. */
public final class IncomingFile implements IncomingWay {

    private final FileUri uri;
    private final MigrationParameters parameters;
    private final IncomingRam ram;
    private final Seats seats;
    private final Progress progress;
    private final Failure failure;
    private final Snapshot snapshot;
    private FileChannels channels;

    /** Opens it, and reads all but its pages. */
    public IncomingFile(FileUri uri, MigrationParameters parameters, IncomingRam ram, Seats seats,
            Progress progress, Failure failure) throws GuestFileException, MigrationException {
        this.uri = uri;
        this.parameters = parameters;
        this.ram = ram;
        this.seats = seats;
        this.progress = progress;
        this.failure = failure;
        this.snapshot = Snapshot.open(uri.path(), uri.offset());
        try {
            FileRules.checkRead(seats, snapshot);
        } catch (MigrationException e) {
            snapshot.close();
            throw e;
        }
    }

    @Override
    public String address() {
        return uri.toString();
    }

    @Override
    public void receive() throws IOException {
        failure.check();
        progress.start();
        checkUuid();
        Map<String, Long> lengths = new LinkedHashMap<>();
        for (int i = 0; i < snapshot.blocks().count(); i++) {
            RamBlock block = snapshot.blocks().get(i);
            lengths.put(block.name(), block.length());
        }
        RamBlocks blocks = ram.open(snapshot.configuration(), snapshot.blocks().pageSize(), lengths);
        List<StretchWorker> loaders = new ArrayList<>();
        for (int i = 0; i < parameters.multifdChannels(); i++) {
            loaders.add(snapshot.loader(seats, ram.target()));
        }
        channels = new FileChannels("multifd-recv-", blocks, true, loaders, failure);
        progress.pageSize = blocks.pageSize();
        progress.ramBytes = blocks.length();
        progress.method = snapshot::method;
        progress.channels = () -> Channels.stats(channels);
        progress.rounds = 1;
        progress.state = MigrationStats.State.ACTIVE;
        channels.start();
        channels.pass();
        try {
            ram.complete(snapshot.sections(), snapshot.tail());
        } catch (WireException e) {
            throw wrong(e);
        }
        ram.confirmed();
    }

    private void checkUuid() throws GuestFileException {
        try {
            IncomingMain.checkUuid(parameters, snapshot.configuration());
        } catch (WireException e) {
            throw wrong(e);
        }
    }

    private GuestFileException wrong(WireException e) {
        return new GuestFileException(uri.path() + ": " + Text.reason(e), e);
    }

    @Override
    public void cleanUp(boolean succeeded) {
        if (channels != null) {
            channels.close();
        }
        snapshot.close();
    }

    @Override
    public MigrationException explain(MigrationException error) {
        return error;
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
