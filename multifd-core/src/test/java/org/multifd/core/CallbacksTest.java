package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MigrationException.Kind;

/** Each callback of an embedding program, each way to fail in it: the migration fails in that callback's name. */
@Timeout(120)
class CallbacksTest {

    @TempDir
    Path directory;

    /** What the program is called for; with the beginning of the message if it fails there. */
    enum Call {
        LOG("dirty log of RAM block block0 could not be read"), THROTTLE("guest could not be throttled"),
        PAUSE("guest could not be paused"), DEVICE_STATE("device state could not be taken"),
        SUPPLY("RAM could not be supplied");

        final String failed;

        Call(String failed) {
            this.failed = failed;
        }
    }

    /** What it does instead. */
    enum Misbehaviour {
        EXCEPTION, USAGE, MUTE, ERROR, KNOWN, NULL, INTERRUPTED;

        /** Throws it, or gives null. */
        <T> T misbehave() {
            throw CallbacksTest.<RuntimeException>raise(switch (this) {
                case EXCEPTION -> new IllegalStateException("5");
                case USAGE -> new IllegalArgumentException("level 7");
                case MUTE -> new IndexOutOfBoundsException();
                case ERROR -> new AssertionError("a bug");
                case KNOWN -> new MigrationException(Kind.FILE, "no disk today");
                default -> new InterruptedException();
            });
        }

        Kind kind() {
            return this == KNOWN ? Kind.FILE : this == INTERRUPTED ? Kind.INTERRUPTED : Kind.INTERNAL;
        }

        String message(Call call) {
            return switch (this) {
                case EXCEPTION -> call.failed + ": IllegalStateException: 5";
                case USAGE -> call.failed + ": IllegalArgumentException: level 7";
                case MUTE -> call.failed + ": IndexOutOfBoundsException";
                case ERROR -> call.failed + ": AssertionError: a bug";
                case KNOWN -> "no disk today";
                case NULL -> call.failed + ": " + (call == Call.SUPPLY ? "supply()" : "deviceState()")
                        + " returned null";
                case INTERRUPTED -> "migration interrupted";
            };
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException raise(Throwable error) throws T {
        throw (T) error;
    }

    static Stream<Arguments> cases() {
        return Stream.of(Call.values()).flatMap(call -> Stream.of(Misbehaviour.values())
                .filter(how -> how != Misbehaviour.NULL || call == Call.SUPPLY || call == Call.DEVICE_STATE)
                .flatMap(how -> Stream.of(true, false).filter(file -> call != Call.SUPPLY || !file)
                        .map(file -> Arguments.of(call, how, file))));
    }

    /** A log with a page for each round, so that a guest is throttled; it fails when it is told to. */
    private static final class Log implements DirtyLog {

        private final DirtyLog log;
        private final Call call;
        private final Misbehaviour how;

        Log(DirtyLog log, Call call, Misbehaviour how) {
            this.log = log;
            this.call = call;
            this.how = how;
        }

        @Override
        public void getAndClear(String block, BitSet dirty) {
            if (call == Call.LOG) {
                how.misbehave();
            }
            log.getAndClear(block, dirty);
            if (call == Call.THROTTLE) {
                dirty.set(0, 512);
            }
        }

        @Override
        public void putBack(String block, BitSet pages) {
            log.putBack(block, pages);
        }
    }

    private record Failing(Guest guest, Call call, Misbehaviour how) implements Guest {

        @Override
        public void pause() throws Exception {
            if (call == Call.PAUSE) {
                how.misbehave();
            }
            guest.pause();
        }

        @Override
        public void resume() {
            guest.resume();
        }

        @Override
        public byte[] deviceState() throws Exception {
            if (call == Call.DEVICE_STATE) {
                return how == Misbehaviour.NULL ? null : how.misbehave();
            }
            return guest.deviceState();
        }

        @Override
        public void throttle(int percent) {
            if (call == Call.THROTTLE && percent > 0) {
                how.misbehave();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldFailInTheCallbacksName(Call call, Misbehaviour how, boolean file) throws Exception {
        MigrationParameters.Builder parameters = MigrationParameters.builder();
        if (call == Call.THROTTLE) {
            parameters.set("downtime-limit", 0);
        }
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("none"));
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0]);
                MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                        supplier(call, how))) {
            String address = file ? "file:" + directory.resolve("snapshot") : destination.listen("tcp:127.0.0.1:0");
            Thread receiver = new Thread(() -> receive(destination));
            if (!file) {
                receiver.start();
            }
            MigrationException sent = null;
            try {
                new MigrationSource(methods, parameters.build(), guest.ram, new Log(guest.log, call, how),
                        new Failing(guest, call, how)).migrate(address);
            } catch (MigrationException e) {
                sent = e;
            }
            assertEquals(how == Misbehaviour.INTERRUPTED && call != Call.SUPPLY, Thread.interrupted());
            destination.cancel();
            receiver.join();
            if (call == Call.SUPPLY) {
                assertEquals(how.message(call), failure.getMessage());
                assertEquals(how.kind(), failure.kind());
                if (how != Misbehaviour.INTERRUPTED) { // which closes the connection by which it could be told
                    assertEquals("the destination failed: " + how.message(call), sent.getMessage());
                }
            } else {
                assertEquals(how.message(call), sent.getMessage());
                assertEquals(how.kind(), sent.kind());
            }
        }
    }

    private volatile MigrationException failure;

    private void receive(MigrationDestination destination) {
        try {
            destination.receive();
        } catch (MigrationException e) {
            failure = e;
        }
    }

    private static RamSupplier supplier(Call call, Misbehaviour how) {
        return call != Call.SUPPLY ? RamSupplier.allocating(1 << 30)
                : (pageSize, blocks) -> how == Misbehaviour.NULL ? null : how.misbehave();
    }

    /** What is undone may fail as well: the first error stays, the rest is still undone. */
    @Test
    void shouldTellTheFirstErrorIfUndoingFails() throws Exception {
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("none"));
        try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 2 << 20), 3, new byte[0])) {
            int[] resumed = {0};
            Guest failing = new Guest() {
                @Override
                public void pause() throws Exception {
                    guest.pause();
                    throw new IllegalStateException("stuck");
                }

                @Override
                public void resume() {
                    resumed[0]++;
                    guest.resume();
                    throw new AssertionError("a bug");
                }
            };
            MigrationException told = assertThrows(MigrationException.class, () -> new MigrationSource(methods,
                    MigrationParameters.defaults(), guest.ram, guest.log, failing)
                    .migrate("file:" + directory.resolve("snapshot")));
            assertEquals("guest could not be paused: IllegalStateException: stuck", told.getMessage());
            assertEquals(1, resumed[0]);
        }
    }
}
