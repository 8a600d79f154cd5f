package org.multifd.core.internal.incoming;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.ReceiveChannels;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.incoming.DestinationState.Event;
import org.multifd.core.internal.migration.Acceptor;
import org.multifd.core.internal.migration.Channels;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.Gathering;
import org.multifd.core.internal.migration.Heartbeat;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.migration.TlsSetup;
import org.multifd.core.internal.migration.Watchdog;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.DeviceTail;
import org.multifd.core.internal.stream.MainStreamReader;
import org.multifd.core.internal.stream.RamSections;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Listener;
import org.multifd.core.internal.transport.Tls;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.Text;
import org.multifd.core.internal.wire.WireException;

/** The main channel with its return path, and the multifd channels, as they come. */
public final class IncomingSockets implements IncomingWay {


    /** The most connections of one migration: they come all at once. */
    private static final int BACKLOG = 256;

    /** How long a source that has sent all may take to close its channels. */
    private static final int END_MILLIS = 2000;

    private static final String GIVEN_UP = " before it was told that everything is loaded; it has given up, and its "
            + "guest goes on";

    private final Providers providers;
    private final MigrationParameters parameters;
    private final IncomingRam ram;
    private final Progress progress;
    private final Failure failure;
    private final DestinationEnding ending;
    private final String address;
    private final Gathering incoming;
    private final Acceptor acceptor;
    private volatile ReceiveChannels channels;
    private volatile IncomingMain main;
    private Watchdog watchdog;
    private volatile Seats seats;

    /** Listens. */
    public IncomingSockets(Address at, Providers providers, MigrationParameters parameters, IncomingRam ram,
            Progress progress, Failure failure, DestinationEnding ending) throws IOException {
        this.providers = providers;
        this.parameters = parameters;
        this.ram = ram;
        this.progress = progress;
        this.failure = failure;
        this.ending = ending;
        Tls tls = TlsSetup.server(parameters);
        Listener listener = Listener.open(at, BACKLOG);
        this.address = listener.bound();
        int given = parameters.isSet("multifd-channels") ? parameters.multifdChannels() : 0;
        this.incoming = new Gathering(new Gathering.Terms(given == 0 ? Gathering.Enough.LIST : Gathering.Enough.ALL,
                given, parameters.uuid(), parameters.timeout()), failure, this::changed);
        this.acceptor = new Acceptor(listener, tls, parameters.timeout(), () -> incoming,
                connection -> MethodChoice.answer(connection, providers, parameters));
        failure.onFailure(this::failed);
    }

    /** Its time runs from its first connection on. */
    private void changed() {
        if (incoming != null) {
            progress.started(incoming.firstNanos());
        }
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void receive() throws IOException {
        acceptor.start();
        incoming.await();
        ending.enter(DestinationState.GATHERING);
        progress.mainBytes = () -> incoming.main().bytesRead() + incoming.main().bytesWritten();
        seats = new Seats(providers.now(), parameters.methodParameters(), parameters.timeout(), failure);
        main = new IncomingMain(incoming, parameters, ram, new Start(), progress, ending);
        if (failure.first() != null) {
            failed();
        }
        watchdog = new Watchdog(parameters.timeout(), Watchdog.LEAST_BYTES,
                () -> progress.wireBytes() + Watchdog.LEAST_BYTES * seats.activity(), progress::channelBytes, failure,
                silence -> ending.on(Event.SILENCE, silence), incoming.main()::close, () -> "");
        failure.check();
        MainStreamReader stream = new MainStreamReader(ErrorContext.source("main channel", incoming.main()),
                Limits.USUAL_PAGE_SIZE, DeviceTail.TAIL_LIMIT, main);
        byte[] tail = readMain(stream);
        ending.enter(DestinationState.COMPLETE);
        // A source with a return path keeps its channels open until it is told; one without it closes them (wire-format
        // 1).
        channels.awaitEnds(main.hasReturnPath() ? 0 : TimeUnit.MILLISECONDS.toNanos(END_MILLIS));
        if (!main.hasReturnPath()) {
            channels.finish();
        }
        checkPages(stream.ramSections(), tail); // first: of a channel that is missing the checksum says less
        channels.check();
        complete(stream.ramSections(), tail);
        lookForEnds();
        main.confirm();
        ram.confirmed();
    }

    /** Before it is told: a source that has ended something has given up, and its guest goes on. */
    private void lookForEnds() throws IOException {
        int channel = channels.firstEnded();
        if (channel >= 0) {
            ending.on(Event.CHANNEL_END, new IOException("channel " + channel + ": the source ended it" + GIVEN_UP));
        }
        Connection connection = incoming.main();
        if (!connection.isQuiet(0)) {
            lookAt(connection);
        }
        failure.check();
    }

    private void lookAt(Connection connection) throws WireException {
        try {
            if (connection.read(ByteBuffer.allocate(1)) > 0) {
                throw new WireException("main channel: received bytes behind the VM description, expected none");
            }
            ending.on(Event.MAIN_END, new IOException("main channel: the source ended it" + GIVEN_UP));
        } catch (WireException e) {
            throw e;
        } catch (IOException e) {
            ending.on(Event.MAIN_END, new IOException("main channel: " + Errors.text(e) + ":" + GIVEN_UP, e));
        }
    }

    /** A disk may need longer to sync than a peer may be silent. */
    private void complete(RamSections sections, byte[] tail) throws IOException {
        watchdog.suspend(true);
        Heartbeat beats = heartbeat();
        try {
            ram.complete(sections, tail);
        } finally {
            beats.close();
        }
        watchdog.suspend(false);
    }

    /** A peer that has sent all, or waits for the memory, sees nothing move meanwhile. */
    private Heartbeat heartbeat() {
        return new Heartbeat(parameters.timeout(), main::alive);
    }

    private static byte[] readMain(MainStreamReader stream) throws IOException {
        try {
            return stream.read();
        } catch (EOFException e) {
            throw new IOException("main channel: " + Text.reason(e), e);
        }
    }

    /** A channel that the source wrote and nobody read would go unnoticed otherwise. Only a multifd peer tells. */
    private void checkPages(RamSections sections, byte[] tail) throws WireException {
        DeviceTail.Ending ending = DeviceTail.ending(tail);
        if (ending == null && main.guestIsOurs()) {
            throw new WireException("device state: received " + tail.length
                    + " bytes of another format behind a multifd peer's RAM, expected the section multifd/state");
        }
        MigrationStats received = progress.snapshot();
        if (ending == null) {
            checkAllCame(sections);
            return;
        }
        if (received.normalPages() != ending.normalPages() || received.zeroPages() != ending.zeroPages()) {
            throw new WireException("received " + received.normalPages() + " normal and " + received.zeroPages()
                    + " zero pages, expected " + ending.normalPages() + " and " + ending.zeroPages()
                    + " as the source sent");
        }
    }

    /**
     * QEMU sends every page once, at least as zero, and tells no counts. A channel that did not get as far as its init
     * packet is not noticed unless the number was given, but its pages are missing.
     */
    private void checkAllCame(RamSections sections) throws WireException {
        long missing = parameters.isSet("multifd-channels") ? 0 : ram.received().missing(sections::isPartial);
        if (missing > 0) {
            throw new WireException("received nothing for "
                    + ram.received().firstMissing(sections::isPartial) + " and " + (missing - 1)
                    + " other pages on " + channels.count()
                    + " channels, expected each page once; give multifd-channels if those are all, as with a guest "
                    + "that hints free pages" + incoming.remark());
        }
    }

    /** The source is told first: what it reads then is why, not that its channels break. */
    private void failed() {
        IncomingMain told = main;
        if (told != null) {
            told.fail(failure.first());
        }
        acceptor.stop();
        incoming.abandon();
    }

    /** Memory and methods are others' code. */
    private final class Start implements IncomingMain.Beginning {

        @Override
        public RamBlocks open(Configuration configuration, int pageSize, Map<String, Long> lengths) throws IOException {
            watchdog.suspend(true);
            Heartbeat beats = heartbeat();
            try {
                return ram.open(configuration, pageSize, lengths);
            } finally {
                beats.close();
                watchdog.suspend(false);
            }
        }

        @Override
        public ReceiveChannels start(RamBlocks blocks) throws IOException {
            return startChannels(blocks);
        }
    }

    private ReceiveChannels startChannels(RamBlocks blocks) throws IOException {
        channels = new ReceiveChannels(incoming.channels(), blocks, ram::target, parameters.multifdCompression(), seats,
                failure);
        progress.method = channels::methodName;
        progress.channels = this::channelStats;
        channels.setup();
        return channels;
    }

    private List<MigrationStats.Channel> channelStats() {
        ReceiveChannels all = channels;
        List<MigrationStats.Channel> list = new ArrayList<>(all.count());
        for (int i = 0; i < all.count(); i++) {
            list.add(Channels.stats(all.stats(i), all.bytesRead(i)));
        }
        return list;
    }

    @Override
    public void cleanUp(boolean succeeded) {
        if (channels != null) {
            channels.finish();
            channels.close();
        }
        if (main != null && !succeeded) {
            main.fail(failure.first()); // whoever failed first may not have come to it yet
            main.linger();
        }
        close();
        if (seats != null) {
            seats.close();
        }
        if (watchdog != null) {
            watchdog.close();
        }
    }

    @Override
    public MigrationException explain(MigrationException error) {
        String rejection = incoming.remark();
        return error.kind() != Kind.PEER || rejection.isEmpty() || error.getMessage().endsWith(rejection) ? error
                : new MigrationException(error.kind(), error.getMessage() + rejection, error);
    }

    @Override
    public void close() {
        acceptor.stop();
        incoming.close();
        acceptor.close();
    }
}
