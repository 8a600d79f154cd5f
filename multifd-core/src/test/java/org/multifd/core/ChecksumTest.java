package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** One wrong bit in one page of a migration, which no format notices, ends it at both ends. */
class ChecksumTest {

    private static final String MESSAGE = "RAM: received pages with the checksum [0-9a-f]{16}, expected [0-9a-f]{16} "
            + "as the source sent; a byte was changed on the way or by a provider of method plain at either end: "
            + "migrate again, with another method if it fails again";

    /** Changes a bit of the last page of a packet. */
    private static final class OneWrongBit extends PlainMethod {

        private final boolean sends;
        private final AtomicInteger packets;

        OneWrongBit(boolean sends, int packet) {
            this("plain", sends, packet);
        }

        OneWrongBit(String name, boolean sends, int packet) {
            super(name);
            this.sends = sends;
            this.packets = new AtomicInteger(packet);
        }

        private void spoil(ByteBuffer page) {
            int at = page.limit() - 1;
            page.put(at, (byte) (page.get(at) ^ 4));
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            if (!sends) {
                return super.sendSetup(params);
            }
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) {
                    ByteBuffer payload = out.buffer();
                    pages.copyTo(payload);
                    if (packets.getAndDecrement() == 0) {
                        spoil(payload.duplicate().flip());
                    }
                }

                @Override
                public void close() {
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            if (sends) {
                return super.recvSetup(params);
            }
            return new MultiFDReceiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    in.readInto(pages);
                    if (packets.getAndDecrement() == 0) {
                        spoil(pages.buffer(pages.runs() - 1));
                    }
                }

                @Override
                public void close() {
                }
            };
        }
    }

    private static MigrationParameters parameters(Object... more) {
        MigrationParameters.Builder builder = MigrationParameters.builder().set("multifd-compression", "plain");
        for (int i = 0; i < more.length; i += 2) {
            builder.set(more[i].toString(), more[i + 1]);
        }
        return builder.build();
    }

    /** The guest stands still, so that no page is sent again. */
    private static TestGuest guest() {
        return new TestGuest(TestGuest.ram(4096, 6 << 20, 64 << 10), 7, new byte[] {1});
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 1", "true, 3, 2", "false, 0, 1", "false, 3, 4"})
    void shouldEndAMigrationInWhichAProviderChangedABit(boolean sends, int packet, int channels) throws Exception {
        MethodRegistry registry = MethodRegistry.of(new OneWrongBit(sends, packet));
        MigrationParameters parameters = parameters("multifd-channels", channels);
        try (TestGuest guest = guest();
                MigrationDestination destination = new MigrationDestination(registry, parameters,
                        RamSupplier.allocating(1 << 30))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationException sent = assertThrows(MigrationException.class,
                    () -> new MigrationSource(registry, parameters, guest.ram, guest.log, guest).migrate(address));
            String why = assertThrows(ExecutionException.class, received::get).getCause().getMessage();
            assertTrue(why.matches(MESSAGE), why);
            assertTrue(sent.getMessage().contains(why), sent.getMessage());
        }
    }

    /**
     * The relay tells what it decoded, so that the destination finds the change at the next SYNC. What came by the
     * outgoing method is passed on, so the relay changes the method here.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEndAMigrationInWhichARelayChangedABit(boolean wrong) throws Exception {
        MethodRegistry good = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
        MethodRegistry registry = wrong
                ? MethodRegistry.of(new PlainMethod("plain"), new OneWrongBit("other", true, 1)) : good;
        try (TestGuest guest = guest();
                MigrationDestination destination = new MigrationDestination(good, MigrationParameters.defaults(),
                        RamSupplier.allocating(1 << 30));
                Relaying relay = new Relaying(registry, "other", destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource source = new MigrationSource(good, parameters(), guest.ram, guest.log, guest);
            if (wrong) {
                String sent = assertThrows(MigrationException.class, () -> source.migrate(relay.address)).getMessage();
                String why = assertThrows(ExecutionException.class, received::get).getCause().getMessage();
                assertTrue(why.matches("channel [01], packet \\d+: received pages with the sum 0x[0-9a-f]{16}, "
                        + "expected 0x[0-9a-f]{16} as the multifd peer had it before method other encoded them; "
                        + ".*"), why);
                assertTrue(sent.contains(why), sent);
                assertTrue(relay.next().error().getMessage().contains(why));
            } else {
                source.migrate(relay.address);
                received.get();
                MigrationTest.assertSame(guest.ram, destination.ram());
            }
        }
    }

    /** What the parameter turns off: the bit goes through. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotLookWithoutTheParameter(boolean sends) throws Exception {
        MethodRegistry registry = MethodRegistry.of(new OneWrongBit(sends, 2));
        MigrationParameters parameters = parameters("checksum", "off");
        try (TestGuest guest = guest();
                MigrationDestination destination = new MigrationDestination(registry, parameters,
                        RamSupplier.allocating(1 << 30))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            new MigrationSource(registry, parameters, guest.ram, guest.log, guest).migrate(address);
            received.get();
            assertEquals(1, wrongBits(guest.ram, destination.ram()));
        }
    }

    private static int wrongBits(GuestRam expected, GuestRam actual) {
        int wrong = 0;
        for (String block : expected.blocks()) {
            byte[] a = new byte[Math.toIntExact(expected.length(block))];
            byte[] b = new byte[a.length];
            expected.read(block, 0, ByteBuffer.wrap(a));
            actual.read(block, 0, ByteBuffer.wrap(b));
            for (int i = 0; i < a.length; i++) {
                wrong += Integer.bitCount((a[i] ^ b[i]) & 0xff);
            }
        }
        return wrong;
    }
}
