package org.multifd.core;

import java.io.IOException;
import java.util.Objects;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Acceptor;
import org.multifd.core.internal.migration.Errors;
import org.multifd.core.internal.migration.MethodChoice;
import org.multifd.core.internal.provider.Direction;
import org.multifd.core.internal.migration.TlsSetup;
import org.multifd.core.internal.relay.RelayedMigration;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.transport.Listener;
import org.multifd.core.internal.transport.Tls;

/**
 * A gateway between a migration's source and its destination, QEMU or multifd peer, that changes the method: it takes
 * the source's connections, whatever their method and number, and passes everything on to the destination with the
 * method of {@code multifd-compression}. A method that QEMU does not have needs another relay, or a
 * {@link MigrationDestination}, at the other end. Payloads that came by that method already are checked and passed on
 * as they are, unless a parameter of the method was given.
 *
 * <p>{@link #listen}, then {@link #relay} for one migration after another, then {@link #close}. {@link #relay} works on
 * the calling thread, with two threads beside it for the main channel and one per multifd channel; memory per migration
 * is at most 4 MiB and the methods' own for each channel. {@link #stats} and {@link #cancel} are for any thread.
 * Interrupting the calling thread ends the migration that it relays.
 *
 * <p>Before each migration it {@linkplain MethodRegistry#rescan rescans} the registry, so that it need not be stopped
 * to get a new method.
 *
 * <p>Whichever connection fails first ends its whole migration, at both peers, and is what {@link #relay} throws; the
 * relay is then ready for the next. Of {@link MigrationParameters} it uses {@code multifd-compression},
 * {@code max-bandwidth} (of what leaves), {@code timeout}, what methods declare and, if several methods are given,
 * {@code multifd-channels}: how many the destination is told to expect, as it wants to know when it is asked for the
 * method. Several need a multifd peer there. {@code uuid} and TLS's are those of the side that they are given for.
 */
public final class Relay implements AutoCloseable {

    private static final int BACKLOG = 256;

    private final MethodRegistry registry;
    private final MigrationParameters incoming;
    private final MigrationParameters parameters;
    private Connector destination;
    private Acceptor door;
    private RelayedMigration current;
    private RelayedMigration last;
    private Thread worker;
    private MigrationException over;
    private boolean closed;

    /**
     * Prepares a relay with the same TLS, or none, on both sides; nothing happens before {@link #listen}.
     *
     * @param registry where methods come from
     * @param parameters how packets leave
     */
    public Relay(MethodRegistry registry, MigrationParameters parameters) {
        this(registry, parameters, parameters);
    }

    /**
     * Prepares a relay whose sides differ; nothing happens before {@link #listen}.
     *
     * @param registry where methods come from
     * @param incoming who may connect: of these {@code uuid} and TLS's are used
     * @param outgoing how packets leave, and everything else
     */
    public Relay(MethodRegistry registry, MigrationParameters incoming, MigrationParameters outgoing) {
        this.registry = Objects.requireNonNull(registry, "registry");
        this.incoming = Objects.requireNonNull(incoming, "incoming");
        this.parameters = Objects.requireNonNull(outgoing, "outgoing");
    }

    /**
     * Starts to listen. The destination is connected to only when a migration comes, once for each of its connections.
     *
     * @param uri {@code tcp:host:port}, where port 0 picks a free one, or {@code unix:/path}
     * @param to where the destination listens
     * @return the address bound, as a source can be given it
     * @throws MigrationException if it cannot listen there, or the outgoing method cannot be used
     * @throws IllegalStateException if it listens already
     */
    public String listen(String uri, String to) throws MigrationException {
        if (door != null) {
            throw new IllegalStateException("this relay listens already, expected one call");
        }
        try {
            Address from = Address.parse(uri);
            Address onwards = Address.parseDestination(to);
            if (from.equals(onwards)) {
                throw new IllegalArgumentException("address: received " + uri
                        + " twice, expected another one for the destination: the relay would connect to itself");
            }
            destination = TlsSetup.connector(onwards, parameters);
            Tls tls = TlsSetup.server(incoming);
            MethodChoice.check(registry.providers(), parameters, Direction.SEND);
            return open(Listener.open(from, BACKLOG), tls);
        } catch (IllegalArgumentException e) {
            throw Errors.usage(e);
        } catch (IOException | MigrationException e) {
            throw Errors.toMigration(e, Kind.STREAM);
        }
    }

    private synchronized String open(Listener listener, Tls tls) throws MigrationException {
        if (closed) {
            listener.close();
            throw over;
        }
        renew();
        door = new Acceptor(listener, tls, parameters.timeout(), () -> current().gathering(), this::answer);
        door.start();
        return door.bound();
    }

    private synchronized void renew() {
        current = new RelayedMigration(registry.providers(), incoming.uuid(), parameters, destination.again());
        if (over != null) {
            current.cancel(over);
        }
    }

    private String answer(Connection connection) throws IOException {
        registry.providers().rescan();
        return MethodChoice.answer(connection, registry.providers(), MigrationParameters.defaults());
    }

    private synchronized RelayedMigration current() {
        return current;
    }

    /**
     * Waits for a migration, without limit, and relays it. Returns when both peers have ended the main channel and the
     * source every channel, behind the last SYNC, and the destination has said that the guest is loaded. From a source
     * that did not ask for that word, it returns when the device state was sent up to the VM's description.
     *
     * @return the final figures
     * @throws MigrationException of a {@link Kind} that names the category, with one line; after any kind but
     *     {@code INTERRUPTED} the next migration can be relayed
     * @throws IllegalStateException if it does not listen, or another thread is relaying
     */
    public RelayStats relay() throws MigrationException {
        RelayedMigration migration;
        synchronized (this) {
            if (door == null || worker != null) {
                throw new IllegalStateException("relay: expected a call after listen, by one thread at a time");
            }
            worker = Thread.currentThread();
            migration = current;
            last = migration;
        }
        try {
            migration.run();
            // From now on what comes is of the next one; after a failure it may be of this one until all is closed.
            renew();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            migration.cancel(Errors.interrupted(e));
        } catch (Throwable e) { // whatever a method throws: the migration has failed
            migration.fail(Thread.currentThread().isInterrupted() ? Errors.interrupted(e) : e);
        } finally {
            migration.close();
            synchronized (this) {
                if (current == migration) {
                    renew();
                }
                worker = null;
                notifyAll();
            }
        }
        Throwable failure = migration.failure();
        if (failure != null) {
            throw Errors.toMigration(failure, Kind.STREAM);
        }
        return migration.stats();
    }

    /**
     * The figures so far of the migration that is relayed, or was relayed last. Any thread, any time.
     *
     * @return a snapshot
     */
    public RelayStats stats() {
        RelayedMigration shown;
        synchronized (this) {
            shown = last;
        }
        return (shown == null ? new RelayedMigration(registry.providers(), null, parameters, destination) : shown)
                .stats();
    }

    /**
     * Cancels: {@link #relay} ends soon with an exception of kind {@code INTERRUPTED}, now and whenever it is called
     * again. A migration of which all was passed on is the destination's to decide: its word is waited for, at most
     * {@code timeout}, and one that it has confirmed is a success. May be called from any thread at any time.
     */
    public void cancel() {
        RelayedMigration ending;
        synchronized (this) {
            if (over != null) {
                return;
            }
            over = Errors.cancelled();
            ending = current;
        }
        if (ending != null) {
            ending.cancel(over);
        }
    }

    /**
     * Cancels, waits until {@link #relay} has returned, unless it is its thread that calls, and stops to listen. May be
     * called from any thread, at any time and repeatedly.
     */
    @Override
    public void close() {
        cancel();
        RelayedMigration waiting;
        Acceptor closing;
        boolean interrupted = false;
        synchronized (this) {
            closed = true;
            while (worker != null && worker != Thread.currentThread()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            waiting = current;
            closing = door;
        }
        if (closing != null) {
            waiting.close();
            closing.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
