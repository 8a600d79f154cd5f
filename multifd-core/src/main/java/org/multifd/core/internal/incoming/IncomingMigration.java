package org.multifd.core.internal.incoming;

import java.io.IOException;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.internal.channel.Failure;
import org.multifd.core.internal.channel.FlightEvents;
import org.multifd.core.internal.channel.Seats;
import org.multifd.core.internal.incoming.DestinationState.Event;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.FileRules;
import org.multifd.core.internal.migration.Lifetime;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.migration.Progress;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.provider.Providers;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One migration at its destination, over connections or from a file. */
public final class IncomingMigration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingMigration.class);

    private final Providers providers;
    private final MigrationParameters parameters;
    private final IncomingRam ram;
    private final Failure failure = new Failure();
    private final DestinationEnding ending = new DestinationEnding(failure);
    private final Progress progress = new Progress();
    private final Lifetime lifetime = new Lifetime();
    private volatile IncomingWay way;
    /** Of what the RAM is kept with, or comes in a file with. */
    private Seats seats;

    public IncomingMigration(Providers providers, MigrationParameters parameters, IncomingRam ram) {
        this.providers = providers;
        this.parameters = parameters;
        this.ram = ram;
    }

    /** Listens, or opens the file. */
    public String listen(String uri) throws MigrationException {
        if (way != null) {
            throw new IllegalStateException("this destination listens already, expected a new one for each migration");
        }
        try {
            way = way(uri);
            if (lifetime.isOver()) { // closed meanwhile, or before
                way.close();
                ram.abandon();
                throw Errors.cancelled();
            }
            return way.address();
        } catch (IllegalArgumentException e) {
            throw Errors.usage(e);
        } catch (IOException | MigrationException e) {
            throw Errors.toMigration(e, Kind.STREAM);
        } finally {
            if (way == null) {
                ram.abandon();
                closeSeats();
            }
        }
    }

    private void closeSeats() {
        if (seats != null) {
            seats.close();
        }
    }

    private IncomingWay way(String uri) throws IOException, MigrationException {
        if (FileUri.isFile(uri) || FileRules.compresses(parameters)) {
            seats = FileRules.seats(providers, parameters, failure);
        }
        if (!FileUri.isFile(uri)) {
            MethodChoice.check(providers, parameters, Direction.RECEIVE);
            Address address = Address.parse(uri);
            ram.prepare(seats);
            return new IncomingSockets(address, providers, parameters, ram, progress, failure, ending);
        }
        FileRules.check(providers, parameters);
        FileUri from = FileUri.parse(uri);
        if (ram instanceof IncomingSnapshot into) {
            into.checkOther(from);
        }
        IncomingFile file = new IncomingFile(from, parameters, ram, seats, progress, failure);
        try {
            ram.prepare(seats);
        } catch (IOException | MigrationException e) {
            file.close();
            throw e;
        }
        return file;
    }

    /** Receives, on the calling thread. */
    public MigrationStats receive() throws MigrationException {
        if (way == null || !lifetime.begin()) {
            throw new IllegalStateException("receive: expected one call after listen");
        }
        FlightEvents.Migration event = FlightEvents.migration();
        boolean succeeded = false;
        try {
            way.receive();
            ending.confirm();
            succeeded = true;
        // whatever a supplier or a method throws: the migration has failed and the source is told
        } catch (Throwable e) {
            failure.fail(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            try {
                cleanUp(succeeded);
                progress.record(event, false);
            } finally {
                lifetime.end();
            }
        }
        if (!succeeded) {
            throw way.explain(Errors.toMigration(failure.first(), Kind.STREAM));
        }
        return stats();
    }

    private void cleanUp(boolean succeeded) {
        way.cleanUp(succeeded);
        if (!succeeded) {
            ram.abandon();
        }
        closeSeats();
        if (succeeded && failure.first() != null) {
            LOG.warn("after the migration had succeeded: {}", failure.first().getMessage());
        }
        progress.end(succeeded ? MigrationStats.State.COMPLETED : MigrationStats.State.FAILED);
    }

    public MigrationStats stats() {
        return progress.snapshot();
    }

    /** Has the migration end soon, unless everything is loaded. */
    public void cancel() {
        ending.on(Event.CANCEL, Errors.cancelled());
    }

    /** Cancels, waits for the end unless this is the thread that works, and lets go of everything. */
    @Override
    public void close() {
        cancel();
        if (lifetime.close()) {
            if (way != null) {
                way.close();
            }
            ram.abandon();
            closeSeats();
        }
    }
}
