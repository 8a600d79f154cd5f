package org.multifd.core.internal.outgoing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.multifd.core.FileUri;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.ZeroPageDetection;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.FileChannels;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.StretchWorker;
import org.multifd.core.internal.migration.Channels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.FileRules;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.IfExists;
import org.multifd.core.internal.snapshot.SnapshotWriter;

/** A file, mapped-ram or compressed: the channels write pages, round after round; the stream comes at the end. */
public final class OutgoingFile implements OutgoingWay {

    private final FileUri uri;
    private final Providers providers;
    private final MigrationParameters parameters;
    private final OutgoingMemory ram;
    private final RamBlocks blocks;
    private final Rounds rounds;
    private final Progress progress;
    private final Failure failure;
    private final SourceEnding ending;
    private Seats seats;
    private SnapshotWriter writer;
    private FileChannels channels;

    public OutgoingFile(FileUri uri, Providers providers, MigrationParameters parameters, OutgoingMemory ram,
            Rounds rounds, Progress progress, Failure failure, SourceEnding ending) {
        this.uri = uri;
        this.providers = providers;
        this.parameters = parameters;
        this.ram = ram;
        this.blocks = ram.blocks();
        this.rounds = rounds;
        this.progress = progress;
        this.failure = failure;
        this.ending = ending;
    }

    @Override
    public void open() throws MigrationException, IOException {
        FileRules.check(providers, parameters);
        seats = FileRules.seats(providers, parameters, failure);
        FileRules.checkWritten(seats, parameters);
        writer = SnapshotWriter.create(uri.path(), uri.offset(), IfExists.KEEP, parameters.snapshotCompression());
        writer.begin(ram.configuration().with(parameters.uuid()), blocks, seats);
        RateLimiter rateLimiter = new RateLimiter(parameters.maxBandwidth(), failure);
        boolean detectZeroPages = parameters.zeroPageDetection() != ZeroPageDetection.NONE;
        List<StretchWorker> savers = new ArrayList<>();
        for (int i = 0; i < parameters.multifdChannels(); i++) {
            savers.add(writer.saver(ram.pages(seats), rounds::pending, detectZeroPages, rateLimiter));
        }
        channels = new FileChannels("multifd-send-", blocks, false, savers, failure);
        progress.method = parameters::snapshotCompression;
        progress.channels = () -> Channels.stats(channels);
        progress.mainBytes = writer::streamBytes;
        channels.start();
    }

    /**
     * The round's pages are on the disk then: the bandwidth is the disk's, and the pause has the last round's to sync.
     */
    @Override
    public void send(boolean last) throws IOException {
        channels.pass();
        rounds.sent();
        writer.sync();
    }

    @Override
    public void finish() throws IOException {
        ending.enter(SourceState.COMPLETING);
        writer.complete(ram.sections(), ram.tail(progress.snapshot()));
        ending.enter(SourceState.COMPLETED);
        writer.keep();
    }

    @Override
    public void close() {
        if (channels != null) {
            channels.close();
        }
        if (writer != null) {
            writer.abandon();
        }
        if (seats != null) {
            seats.close();
        }
    }

    @Override
    public MigrationException failed() {
        return Errors.toMigration(failure.first(), Kind.FILE);
    }
}
