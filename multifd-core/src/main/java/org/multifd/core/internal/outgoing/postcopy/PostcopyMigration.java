package org.multifd.core.internal.outgoing.postcopy;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.PostcopyStats;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Lifetime;
import org.multifd.core.internal.migration.TlsSetup;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.outgoing.OutgoingRam;
import org.multifd.core.internal.outgoing.OutgoingSnapshot;
import org.multifd.core.internal.outgoing.postcopy.PostcopyState.Event;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.ram.PageSource;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.snapshot.Snapshot;
import org.multifd.core.internal.stream.DestinationFailedException;
import org.multifd.core.internal.stream.PostcopyMessages;
import org.multifd.core.internal.stream.PostcopyWriter;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Timer;

/**
 * One postcopy migration at its source, which is a snapshot: the device state first, then the pages that the guest asks
 * for at once and all others in the background, until the destination has everything.
 */
public final class PostcopyMigration implements AutoCloseable {

    private static final int TICK_MILLIS = 50;

    private final MigrationParameters parameters;
    private final PostcopyOptions options;
    private final Snapshot snapshot;
    private final OutgoingRam ram;
    private final RamBlocks blocks;
    private final Providers providers;
    private final Failure failure = new Failure();
    private final PostcopyEnding ending;
    private final PostcopyProgress progress;
    private final Lifetime lifetime = new Lifetime();
    private final Window window = new Window(failure);
    private final SentPages sent;
    private final WorkingSet workingSet;
    private final Cursor cursor;
    private Connection main;
    private Seats seats;
    private PageWriter writer;
    private Answers answers;
    private ReturnPathReader replies;
    private Thread returnPath;
    private Watchdog watchdog;
    private Timer limit;

    /** Prepares a migration. @param providers where the snapshot's method comes from */
    public PostcopyMigration(Providers providers, MigrationParameters parameters, PostcopyOptions options,
            Snapshot snapshot) {
        this.parameters = parameters;
        this.options = options;
        this.snapshot = snapshot;
        this.ram = new OutgoingSnapshot(snapshot, true);
        this.blocks = snapshot.blocks();
        this.ending = new PostcopyEnding(failure, parameters.timeout());
        this.progress = new PostcopyProgress(blocks.length(), blocks.pageSize());
        progress.expected = IntStream.range(0, blocks.count()).mapToLong(snapshot::presentPages).sum();
        this.providers = providers;
        this.sent = new SentPages(blocks);
        this.workingSet = WorkingSet.open(options.workingSet(), blocks, !options.resume());
        this.cursor = new Cursor(blocks, sent, snapshot::isPresent, workingSet, options.maxBandwidth());
    }

    /** Migrates, on the calling thread. */
    public PostcopyStats migrate(String uri) throws MigrationException {
        if (!lifetime.begin()) {
            throw new IllegalStateException("this migration was started or closed before, expected a new "
                    + "PostcopySource for each");
        }
        progress.startNanos = System.nanoTime();
        try {
            run(uri);
        } catch (IllegalArgumentException e) {
            failed(Errors.usage(e));
        } catch (Throwable e) { // whatever it is, the migration has failed
            failed(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            try {
                cleanUp();
            } finally {
                lifetime.end();
            }
        }
        if (ending.state() != PostcopyState.COMPLETED) {
            throw new PostcopyError(ending, failure, ram).toMigration();
        }
        return stats();
    }

    private void failed(Throwable why) {
        Throwable first = why instanceof Failure.Aborted && why.getCause() != null ? why.getCause() : why;
        ending.on(Event.ERROR, first);
        failure.fail(first);
    }

    private void run(String uri) throws Exception {
        failure.check();
        connect(uri);
        if (options.resume()) {
            recover();
        } else {
            begin();
        }
        background();
        window.awaitAll();
        ending.enter(PostcopyState.SENT);
        writer.finish();
        ending.awaitEnd();
    }

    private void connect(String uri) throws Exception {
        if (options.resume()) {
            ending.enter(PostcopyState.RECOVERING);
        }
        if (!snapshot.method().equals(Snapshot.NONE)) {
            seats = new Seats(providers.now(), Map.of(), parameters.timeout(), failure);
            seats.standalone(snapshot.method(), Direction.RECEIVE);
        }
        main = TlsSetup.connector(Address.parseDestination(uri), parameters).connect(failure::onFailure);
        failure.onFailure(main::close);
        failure.check();
        progress.wireBytes = () -> main.bytesRead() + main.bytesWritten();
        watchdog = new Watchdog(parameters.timeout(), 1, progress.wireBytes, () -> new long[0], failure,
                silence -> ending.on(Event.SILENCE, silence), main::close, () -> "");
        limit = Timer.every(TICK_MILLIS, ending::tick);
        writer = new PageWriter(new PostcopyWriter(main, ram.sections().id()), blocks, sent);
        answers = new Answers(snapshot, seats, sent, writer, ending, progress, workingSet, cursor);
        replies = new ReturnPathReader(ErrorContext.source("return path", main), position -> pong(),
                new PostcopyMessages(blocks, answers));
        returnPath = Threads.worker(this::readReturnPath, "multifd-return-path");
        returnPath.start();
    }

    /** Sends all up to the package, and it; returns when the guest runs at the destination. */
    private void begin() throws Exception {
        writer.write(stream -> {
            stream.start(ram.configuration());
            stream.ping(PostcopyError.MACHINE);
            stream.advise(blocks.pageSize());
            stream.ping(PostcopyError.ADVISED);
            stream.ramStart(blocks, ram.sections().beside());
            for (int i = 0; i < blocks.count(); i++) {
                stream.discard(blocks.get(i));
            }
            stream.ping(PostcopyError.LISTED);
        });
        byte[] bytes = PostcopyWriter.packageOf(ram.tail(null), ram.sections());
        ending.await(() -> ending.lastPong() >= PostcopyError.LISTED);
        ending.enter(PostcopyState.PACKAGED);
        writer.write(stream -> stream.packaged(bytes));
        ending.await(() -> ending.state() == PostcopyState.RUNNING);
    }

    /** Asks a destination that is paused what it has; returns when it goes on. */
    private void recover() throws Exception {
        writer.write(stream -> {
            for (int i = 0; i < blocks.count(); i++) {
                stream.askReceived(blocks.get(i));
            }
        });
        ending.await(answers::hasAll);
        writer.write(PostcopyWriter::resume);
        ending.await(() -> ending.state() == PostcopyState.RUNNING);
    }

    /** Sends all pages that nobody has asked for. */
    private void background() throws IOException, MigrationException {
        PageSource source = snapshot.source(seats, true);
        try {
            background(source);
        } finally {
            source.close();
        }
    }

    private void background(PageSource source) throws IOException {
        RateLimiter limiter = new RateLimiter(options.maxBandwidth(), failure);
        for (int count = cursor.take(); count > 0; count = cursor.take()) {
            window.await();
            limiter.acquire((long) count * blocks.pageSize());
            int block = cursor.block();
            progress.pushed += writer.chunk(block, cursor.offsets, count,
                    source.read(blocks.get(block), cursor.offsets, count), window);
        }
    }

    private void readReturnPath() {
        try {
            String reason = replies.readShut();
            if (reason == null) {
                ending.on(Event.SHUT_0, new IOException("return path: received SHUT 0, that everything is loaded, "
                        + "before all was sent, expected it behind the end of the stream"));
            } else {
                ending.on(Event.SHUT_1, new DestinationFailedException(reason));
            }
        } catch (EOFException e) {
            ending.on(Event.END, new IOException("return path: " + e.getMessage(), e));
        } catch (IOException e) {
            ending.on(Event.END, e);
        } catch (RuntimeException | Error e) { // a fault of this program: the migration must not wait for an answer
            ending.on(Event.ERROR, e);
        } finally {
            answers.close();
        }
    }

    private void pong() {
        int value = replies.lastPong();
        if (value == PostcopyWriter.LOADED && ending.state() == PostcopyState.PACKAGED) {
            progress.running();
            ending.on(Event.LOADED, null);
        }
        ending.pong(value);
        window.pong(value);
    }

    private void cleanUp() {
        if (main != null) {
            if (ending.state() == PostcopyState.COMPLETED) {
                Connection.finish(main, List.of());
            }
            main.close();
        }
        if (returnPath != null) {
            Threads.join(returnPath);
        }
        if (watchdog != null) {
            watchdog.close();
            limit.close();
        }
        if (seats != null) {
            seats.close();
        }
        ram.close();
        workingSet.save();
        progress.endNanos = System.nanoTime();
        progress.state = state(ending.state());
    }

    private static PostcopyStats.State state(PostcopyState end) {
        return switch (end) {
            case COMPLETED -> PostcopyStats.State.COMPLETED;
            case PAUSED -> PostcopyStats.State.PAUSED;
            case UNKNOWN -> PostcopyStats.State.UNKNOWN;
            default -> PostcopyStats.State.FAILED;
        };
    }

    public PostcopyStats stats() {
        return progress.snapshot();
    }

    /** Has the migration end soon, unless the destination may have everything. */
    public void cancel() {
        ending.on(Event.CANCEL, Errors.cancelled());
    }

    /** Cancels, waits for the end unless this is the thread that works, and lets go of everything. */
    @Override
    public void close() {
        cancel();
        if (lifetime.close()) {
            ram.close();
        }
    }
}
