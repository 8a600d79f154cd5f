package org.multifd.core.internal.outgoing;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.multifd.core.internal.outgoing.SourceState.Event;
import org.multifd.core.internal.provider.Providers;
import org.multifd.api.Standalone;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.ZeroPageDetection;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.RateLimiter;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.channel.SendChannels;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.migration.Channels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.migration.TlsSetup;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.ram.PageChecksums;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DestinationFailedException;
import org.multifd.core.internal.stream.MainStreamWriter;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Threads;
import org.multifd.core.internal.transport.Timer;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.WireException;

/** The main channel with its return path, and the multifd channels. */
public final class OutgoingSockets implements OutgoingWay {

    private static final int TICK_MILLIS = 50;

    private final Address address;
    private final Providers providers;
    private final MigrationParameters parameters;
    private final OutgoingRam ram;
    private final RamBlocks blocks;
    private final StreamRules rules;
    private final Rounds rounds;
    private final Progress progress;
    private final Failure failure;
    private final SourceEnding ending;
    private Connection main;
    private MainStreamWriter stream;
    private SendChannels channels;
    private Seats seats;
    private Watchdog watchdog;
    private Timer limit;
    private ReturnPathReader answers;
    private Thread returnPath;
    private volatile Throwable returnPathError;

    public OutgoingSockets(Address address, Providers providers, MigrationParameters parameters, OutgoingRam ram,
            Rounds rounds, Progress progress, Failure failure, SourceEnding ending) {
        this.address = address;
        this.providers = providers;
        this.parameters = parameters;
        this.ram = ram;
        this.blocks = ram.blocks();
        this.rules = ram.rules(parameters);
        this.rounds = rounds;
        this.progress = progress;
        this.failure = failure;
        this.ending = ending;
    }

    @Override
    public void open() throws Exception {
        Connector connector = TlsSetup.connector(address, parameters);
        Providers methods = providers.now(); // whatever a rescan changes meanwhile
        String name = MethodChoice.forSource(methods, parameters, connector, blocks.pageSize(), failure);
        seats = new Seats(methods, parameters.methodParameters(), parameters.timeout(), failure);
        seats.check(name);
        if (ram.storedMethod() != null) {
            seats.standalone(ram.storedMethod(), Direction.RECEIVE);
        }
        progress.method = () -> name;
        connect(connector, name, methods);
        stream.ramStart(blocks);
        ping(Needs.RAM);
        byte[] beside = ram.sections().beside();
        if (beside.length > 0) {
            stream.sections(beside);
            ping(Needs.BESIDE);
        }
    }

    /** A QEMU says with the answer how far it came, and not much else. */
    private void ping(int value) throws IOException {
        if (ram.isInFile()) {
            stream.ping(value);
        }
    }

    /** Connects main first: QEMU 7.2 takes the first connection for it. */
    private void connect(Connector connector, String method, Providers methods) throws Exception {
        main = connector.connect(failure::onFailure);
        progress.mainBytes = () -> main.bytesRead() + main.bytesWritten();
        PageChecksums checksums = parameters.checksum() ? new PageChecksums(blocks) : null;
        ZeroPageDetection zeroPages = rules.zeroPages();
        channels = new SendChannels(new SendChannels.Config(parameters.multifdChannels(), blocks.pageSize(), method,
                uuid(), zeroPages != ZeroPageDetection.NONE, zeroPages == ZeroPageDetection.LEGACY ? this::zeroOnMain
                : null, () -> ram.pages(seats), checksums, parameters.zeroCopySend(), passesOn(method, methods), seats),
                new RateLimiter(parameters.maxBandwidth(), failure), failure);
        progress.channels = this::channelStats;
        watchdog = new Watchdog(parameters.timeout(), 1, () -> progress.wireBytes() + Watchdog.LEAST_BYTES
                * seats.activity(), progress::channelBytes, failure,
                silence -> ending.on(Event.SILENCE, silence), main::close, this::hint);
        limit = Timer.every(TICK_MILLIS, ending::tick);
        stream = new MainStreamWriter(main, rules.flush(), rules.switchoverStart());
        Configuration known = ram.configuration();
        UUID given = parameters.uuid();
        stream.start(given == null || known.uuid() == null ? known : known.with(given), ram.sections().id());
        stream.openReturnPath();
        answers = new ReturnPathReader(ErrorContext.source("return path", main), position -> ending.heard());
        returnPath = new Thread(this::readReturnPath, "multifd-return-path");
        returnPath.setDaemon(true);
        returnPath.start();
        channels.setup(() -> connector.connect(failure::onFailure));
        channels.sync(false);
    }

    /** As a relay does: payloads of the same method go on, unless one of its parameters was given (wire-format 10). */
    private boolean passesOn(String method, Providers methods) throws MigrationException {
        return ram.isStoredAs(method, seats.formatVersion(method))
                && seats.standalone(method, Direction.SEND) == Standalone.WIRE_FORM
                && !MethodChoice.isTuned(method, methods, parameters);
    }

    /**
     * A destination that waits for more channels reads nothing and says nothing, and the first bytes fit into its
     * socket.
     */
    private String hint() {
        return main.bytesRead() > 0 ? "" : "; it has said nothing yet and may be waiting for more channels: it needs "
                + "multifd-channels " + parameters.multifdChannels() + ", as many as here";
    }

    /** From the channels, one at a time. What fails is main's connection, whoever writes to it. */
    private synchronized void zeroOnMain(RamBlock block, long offset) throws IOException {
        try {
            stream.zeroPage(block, offset);
        } catch (IOException e) {
            failure.fail(e);
            failure.check();
        }
        progress.zeroPagesOnMain++;
    }

    private UUID uuid() {
        UUID known = parameters.uuid() == null ? ram.configuration().uuid() : parameters.uuid();
        return known == null ? InitPacket.NO_UUID : known;
    }

    private void readReturnPath() {
        try {
            answers.awaitShut();
            SourceState when = ending.state();
            ending.on(Event.SHUT_0, early(when));
        } catch (DestinationFailedException e) {
            returnPathError = e;
            ending.on(Event.SHUT_1, e);
        } catch (EOFException e) {
            ended(new IOException("return path: " + e.getMessage(), e));
        } catch (IOException e) {
            ended(e);
        }
    }

    private void ended(IOException e) {
        returnPathError = e;
        ending.on(Event.END, e);
    }

    /** What the destination's word is before the end of the stream. */
    private WireException early(SourceState when) {
        return new WireException("return path: received SHUT 0, that everything is loaded, before "
                + (when == SourceState.SETUP ? "anything was sent" : "all was sent")
                + ", expected it behind the end of the stream; is it a QEMU or multifd that listens there?");
    }

    private List<MigrationStats.Channel> channelStats() {
        List<MigrationStats.Channel> list = new ArrayList<>(channels.count());
        for (int i = 0; i < channels.count(); i++) {
            list.add(Channels.stats(channels.stats(i), channels.bytesWritten(i)));
        }
        return list;
    }

    @Override
    public void send(boolean last) throws IOException {
        if (last) {
            ping(Needs.PAGES); // a snapshot's last round is empty
            stream.ramEnd();
        } else {
            stream.ramPart();
        }
        rounds.begin();
        SendChannels.Round order = progress.rounds == 1 ? ram.firstRound() : null;
        channels.send(order == null ? rounds::next : order);
        rounds.sent();
        channels.sync(last);
        stream.endRound();
    }

    @Override
    public void suspend(boolean on) {
        watchdog.suspend(on);
    }

    @Override
    public void hurry(boolean on) {
        watchdog.least(on ? Watchdog.LEAST_BYTES : 1);
    }

    /** It answers the first ping before it reads any page. Whoever has not done so must not leave a guest undecided. */
    @Override
    public void awaitPeer() throws IOException {
        ending.awaitFirstWord();
    }

    @Override
    public void finish() throws IOException {
        byte[] tail = ram.tail(progress.snapshot());
        stream.endButLastByte(tail);
        hurry(false); // what it says from here on is short
        ending.undecided(main::close); // with the next byte the destination has everything: the guest may live there
        try {
            sendLastByte(tail);
        } catch (IOException e) {
            ending.lastByteFailed(e);
            throw e;
        }
        ending.await();
    }

    /**
     * Sends the byte from a thread of its own. An interrupt of the calling thread would close the connection, and look
     * as if the byte had not left when it has.
     */
    private void sendLastByte(byte[] tail) throws IOException {
        AtomicReference<IOException> failed = new AtomicReference<>();
        Thread thread = Threads.worker(() -> {
            try {
                stream.lastByte(tail);
            } catch (IOException e) {
                failed.set(e);
            }
        }, "multifd-last-byte");
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw new IOException("no thread to end the main channel: " + e.getMessage(), e);
        }
        Threads.join(thread);
        if (failed.get() != null) {
            throw failed.get();
        }
    }

    @Override
    public void abort() {
        if (returnPath != null && ending.state() == SourceState.FAILED) {
            awaitReason(failure.first());
        }
        if (main != null) {
            main.close();
        }
    }

    /** The peer that closed a channel may be telling why on the return path. */
    private void awaitReason(Throwable first) {
        if (isCutOff(first)) {
            try {
                returnPath.join(Watchdog.GRACE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (ending.state() == SourceState.COMPLETED) {
            channels.finish(main);
        }
        if (channels != null) {
            channels.close();
        }
        if (seats != null) {
            seats.close();
        }
        if (main != null) {
            main.close();
        }
        if (returnPath != null) {
            Threads.join(returnPath);
        }
        if (watchdog != null) {
            watchdog.close();
            limit.close();
        }
    }

    /** Whether a connection failed, and not this side's own decision ended the migration. */
    private static boolean isCutOff(Throwable first) {
        return !(first instanceof MigrationException) && Errors.toMigration(first, Kind.METHOD).kind() == Kind.PEER;
    }

    @Override
    public MigrationException failed() {
        Throwable first = failure.first();
        Throwable reason = returnPathError;
        boolean told = reason instanceof DestinationFailedException || reason instanceof WireException
                || reason instanceof TlsException;
        if (told && isCutOff(first)) {
            first = reason;
        }
        MigrationException error = Errors.toMigration(first, Kind.METHOD);
        // main was accepted: whoever refuses a channel after that was waiting there, and has ended
        String message = main == null ? error.getMessage() : error.getMessage().replace(Connector.ABSENT, "");
        boolean silent = !told && error.kind() == Kind.PEER && !message.contains(";");
        boolean unexplained = silent || message.endsWith(ReturnPathReader.NO_REASON);
        return unexplained && ram.isInFile() ? new MigrationException(Kind.PEER, message + (silent
                ? "; see the destination's own message" : "") + ": " + needs(), error) : error;
    }

    @Override
    public String needs() {
        int pong = answers == null ? 0 : answers.lastPong();
        return new Needs(ram, parameters, progress.method.get(), uuid()).behind(pong);
    }
}
