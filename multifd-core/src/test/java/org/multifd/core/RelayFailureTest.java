package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;

/** What a relay's user sees when a migration cannot be relayed, and that the next one can. */
class RelayFailureTest {

    private static final byte[] MAIN = "QEVM\0\0\0\3".getBytes(StandardCharsets.ISO_8859_1);

    /** RAM's START behind its type: one block of one page. */
    private static final byte[] REST_OF_LIST = HexFormat.of().parseHex("00000002" + "0372616d" + "00000000" + "00000004"
            + "0000000000001004" + "0161" + "0000000000001000");

    private final MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("other"));
    private final Socket reserved = new Socket();

    private static void assertFailed(Relaying.Outcome outcome, Kind kind, String pattern) {
        assertTrue(outcome.error() != null, "no failure: " + outcome.stats());
        String message = outcome.error().getMessage();
        assertTrue(message.matches(pattern), message);
        assertFalse(message.contains("\n"), message);
        assertEquals(kind, outcome.error().kind());
    }

    /** The relay does what it is there for. */
    private void assertServes(Relaying relaying, String destination) throws Exception {
        try (MigrationDestination next = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30))) {
            next.listen(destination);
            RelayTest.migrate(methods, MigrationParameters.builder().set("multifd-compression", "plain"), "other", next,
                    relaying.address);
            assertEquals("plain", relaying.relayed().incomingMethod());
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static Socket connect(String address) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port(address));
    }

    /** An address where nobody listens yet; the socket that is bound to it keeps other processes from the port. */
    private String absent() throws IOException {
        reserved.setReuseAddress(true);
        reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return "tcp:127.0.0.1:" + reserved.getLocalPort();
    }

    @AfterEach
    void giveThePortBack() throws IOException {
        reserved.close();
    }

    private static byte[] init(int channel) {
        ByteBuffer bytes = ByteBuffer.allocate(InitPacket.SIZE);
        new InitPacket(new UUID(1, 2), channel, null).encode(bytes);
        return bytes.array();
    }

    @Test
    void shouldNameTheAbsentDestination() throws Exception {
        String destination = absent();
        try (Relaying relaying = new Relaying(methods, "other", destination); Socket main = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            assertFailed(relaying.next(), Kind.PEER, "cannot connect to " + destination
                    + ": Connection refused; is the destination waiting there\\?");
            assertServes(relaying, destination);
        }
    }

    @Test
    void shouldRefuseAMethodThatIsNotThereBeforeItListens() {
        MigrationException error = assertThrows(MigrationException.class,
                () -> new Relaying(methods, "snappy", "tcp:127.0.0.1:1"));
        assertEquals(
                "method snappy: no provider found; usable: other, plain; put the provider's jar on the module path",
                error.getMessage());
        assertEquals(Kind.METHOD, error.kind());
    }

    @Test
    void shouldRefuseWrongAddresses() {
        Relay relay = new Relay(methods, MigrationParameters.defaults());
        assertEquals(Kind.USAGE, assertThrows(MigrationException.class, () -> relay.listen("tcp:1", "tcp:127.0.0.1:1"))
                .kind());
        assertEquals(Kind.USAGE, assertThrows(MigrationException.class, () -> relay.listen("tcp:127.0.0.1:0", "udp:1"))
                .kind());
        relay.close();
    }

    @Test
    void shouldFailAtAnIncomingMethodThatIsNotThere(@TempDir Path directory) throws Exception {
        MethodRegistry more = MethodRegistry.of(new PlainMethod("plain"), new PlainMethod("unheard"));
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 30));
                TestGuest guest = new TestGuest(TestGuest.ram(4096, 1 << 20), 3, new byte[0])) {
            String address = destination.listen("unix:" + directory.resolve("destination"));
            try (Relaying relaying = new Relaying(methods, "other", address)) {
                CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
                MigrationSource source = new MigrationSource(more, MigrationParameters.builder()
                        .set("multifd-compression", "unheard").build(), guest.ram, guest.log, guest);
                assertThrows(MigrationException.class, () -> source.migrate(relaying.address));
                assertFailed(relaying.next(), Kind.METHOD,
                        "channel [01], packet 0 from the source: method unheard: no provider found; usable: other, "
                        + "plain; put the provider's jar on the module path");
                assertThrows(Exception.class, received::get);
                assertServes(relaying, address);
            }
        }
    }

    @Test
    void shouldBlameTheOutgoingMethod() throws Exception {
        methods.register(new PlainMethod("weak") {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                throw new MultiFDException("it is Sunday");
            }
        });
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "weak", sink.address());
                Socket main = connect(relaying.address); Socket channel = connect(relaying.address)) {
            channel.getOutputStream().write(init(0));
            channel.getOutputStream().write(new byte[] {0x11, 0x22, 0x33, 0x44});
            main.getOutputStream().write(MAIN);
            main.getOutputStream().write(new byte[] {7, 0, 0, 0, 1, 'm', 1});
            assertFailed(relaying.next(), Kind.METHOD,
                    "channel 0, packet 0 to the destination: method weak cannot be set up: it is Sunday");
            assertEquals(-1, readAll(sink.take(0)));
        }
    }

    @Test
    void shouldIgnoreStrangersAndLeftovers() throws Exception {
        String destination = absent();
        try (Relaying relaying = new Relaying(methods, "other", destination);
                Socket silent = connect(relaying.address);
                Socket web = connect(relaying.address)) {
            web.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            try (InputStream in = web.getInputStream()) {
                assertEquals(-1, in.read());
            } catch (IOException e) {
                // closed with its request unread: a reset is as good as an end
            }
            Socket leftover = connect(relaying.address);
            leftover.getOutputStream().write(init(0));
            leftover.shutdownOutput();
            assertEquals(-1, leftover.getInputStream().read(),
                    "a channel that ended before a main channel came is closed");
            leftover.close();
            assertServes(relaying, destination);
            assertTrue(silent.isConnected());
        }
    }

    /** What an earlier attempt left behind still lives: the new one's channel of the same id takes its place. */
    @Test
    void shouldPreferTheChannelsThatComeWithMain() throws Exception {
        String destination = absent();
        try (Relaying relaying = new Relaying(methods, "other", destination); Socket leftover =
                connect(relaying.address)) {
            leftover.getOutputStream().write(init(1));
            assertServes(relaying, destination);
            assertEquals(-1, readAll(leftover), "what was left behind is closed");
        }
    }

    @Test
    void shouldNotLetSilentChannelsHoldTheNextMigrationUp() throws Exception {
        String destination = absent();
        try (Relaying relaying = new Relaying(methods, "other", destination, "timeout", 2000);
                Socket channel = connect(relaying.address); Socket silent = connect(relaying.address)) {
            channel.getOutputStream().write(init(0));
            assertEquals(-1, channel.getInputStream().read());
            assertEquals(-1, silent.getInputStream().read());
            assertServes(relaying, destination);
        }
    }

    private void relayGarbage(byte[] packet, String message) throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address); Socket channel = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            main.getOutputStream().write(new byte[] {7, 0, 0, 0, 1, 'm', 1});
            Socket arriving = sink.take(0);
            channel.getOutputStream().write(init(0));
            channel.getOutputStream().write(packet);
            sink.take(1);
            main.getOutputStream().write(REST_OF_LIST);
            assertFailed(relaying.next(), Kind.STREAM, message);
            assertEquals(-1, readAll(arriving), "the destination's main channel is closed");
            assertEquals(-1, readAll(sink.take(1)), "the destination's channel is closed");
        }
    }

    private static int readAll(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            // a reset is as good as an end
        }
        return -1;
    }

    private static byte[] packet(Consumer<ByteBuffer> change) {
        PacketHeader header = new PacketHeader(4096);
        header.normalPages = 1;
        header.payloadLength = 4096;
        ByteBuffer bytes = ByteBuffer.allocate(header.size() + 4096);
        header.encode(bytes, "pc.ram".getBytes(StandardCharsets.US_ASCII));
        change.accept(bytes);
        return bytes.array();
    }

    @Test
    void shouldRefuseWhatCanBeToldWithoutTheRam() throws Exception {
        String at = "channel 0, packet 0 from the source: packet: received ";
        relayGarbage(packet(bytes -> bytes.putInt(0, 1)), at + "magic 0x00000001, expected 0x11223344");
        relayGarbage(packet(bytes -> bytes.putInt(4, 9)), at + "version 9, expected 1");
        relayGarbage(packet(bytes -> bytes.putInt(8, 0x40)), at + "flags 0x40 with device state .*");
        relayGarbage(packet(bytes -> bytes.putInt(12, 129)), at + "page count 129, expected at most 128");
        relayGarbage(packet(bytes -> bytes.putInt(16, -1)), at + "normal page count 4294967295, expected .*");
        relayGarbage(packet(bytes -> bytes.putInt(20, 1 << 21)), at
                + "payload length 2097152 for 1 normal pages, expected .*");
        relayGarbage(packet(bytes -> bytes.putInt(32, -1)), at + "zero page count 4294967295, expected .*");
        relayGarbage(packet(bytes -> bytes.put(64, (byte) 0)), at + "RAM block \"\", expected one .*");
        relayGarbage(packet(bytes -> bytes.putLong(320, 17)), at + "offset 0x11 of page 0, expected a multiple of .*");
        relayGarbage(packet(bytes -> bytes.putLong(320, -4096)), at
                + "offset 0xfffffffffffff000 of page 0, expected at most .*");
        relayGarbage(packet(bytes -> bytes.putInt(8, 0x3e)),
                "channel 0, packet 0 from the source: received flags 0x3e .*");
    }

    @Test
    void shouldTellASourceThatDiedFromOneThatEnded() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address())) {
            try (Socket main = connect(relaying.address)) {
                main.getOutputStream().write(MAIN);
                main.getOutputStream().write(new byte[] {7, 0, 0, 0, 1, 'm', 1});
            }
            assertFailed(relaying.next(), Kind.PEER,
                    "main channel from source tcp:127.0.0.1:\\d+: connection closed by the peer at byte 15: received "
                    + "0 bytes of a section id, expected 4");
            assertEquals(-1, readAll(sink.take(0)));
        }
    }

    /** A source without return path: the destination, a QEMU say, takes what comes and says nothing. */
    private Relaying.Outcome relayToTheEnd(byte[] tail, int syncs) throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address); Socket channel = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            channel.getOutputStream().write(init(0));
            for (int i = 0; i < syncs; i++) {
                channel.getOutputStream().write(sync());
            }
            main.getOutputStream().write(RAM);
            main.getOutputStream().write(tail);
            sink.take(1); // one that ends before it belongs to the migration would be of an earlier one
            channel.shutdownOutput();
            main.shutdownOutput();
            assertEquals(-1, readAll(sink.take(0)));
            assertEquals(-1, readAll(sink.take(1)));
            sink.take(0).close();
            sink.take(1).close();
            return relaying.next();
        }
    }

    /** Two sections of RAM, each with a mark: one block of a page. */
    private static final byte[] RAM = HexFormat.of().parseHex("0100000002" + "0372616d" + "00000000" + "00000004"
            + "0000000000001004" + "0161" + "0000000000001000" + "0000000000000200" + "0000000000000010" + "7e00000002"
            + "0300000002" + "0000000000000200" + "0000000000000010" + "7e00000002");

    private static final byte[] TAIL = HexFormat.of().parseHex("0400000009" + "0574696d6572" + "00000000" + "00000002"
            + "000000000000002a" + "7e00000009" + "0006" + "00000027"
            + HexFormat.of().formatHex("{\"devices\":[{\"name\":\"timer\",\"size\":8}]}"
            .getBytes(StandardCharsets.US_ASCII)));

    @Test
    void shouldNotReportASourceThatDiedInItsDeviceStateAsDone() throws Exception {
        for (int cut = 0; cut < TAIL.length; cut++) {
            assertFailed(relayToTheEnd(Arrays.copyOf(TAIL, cut), 2), Kind.PEER,
                    "main channel from source tcp:127.0.0.1:\\d+: closed in the device state, expected a VM "
                    + "description \\(JSON\\) at its end; the source stopped in the middle of the migration, or its "
                    + "machine has suppress-vmdesc, which needs its capability return-path");
        }
        Relaying.Outcome whole = relayToTheEnd(TAIL, 2);
        assertNull(whole.error());
        assertEquals(2, whole.stats().rounds());
    }

    @Test
    void shouldNotReportAChannelThatEndedBeforeItsLastSyncAsDone() throws Exception {
        for (int syncs = 0; syncs < 2; syncs++) {
            assertFailed(relayToTheEnd(TAIL, syncs), Kind.STREAM, "channel 0: received end of stream after " + syncs
                    + " SYNCs, expected " + (syncs + 1)
                    + " as marks on the main channel; the source stopped in the middle of the migration");
        }
    }

    /** A QEMU 7.2 that waits for a channel does not see that main has ended: it would wait without end. */
    @Test
    @Timeout(60)
    void shouldFailOfNoPacketBeforeTheDestinationHasAllChannels() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "plain", sink.address());
                HandSource source = new HandSource(relaying.address)) {
            source.main(true).qemuChannel();
            source.channel(0).writeFully(ByteBuffer.allocate(2048));
            new ScriptedPeer(sink.take(1)).await(InitPacket.SIZE);
            for (int i = 0; i < 200; i++) { // a relay that fails too early has the time to do so
                assertFalse(relaying.hasNext());
                Thread.sleep(1);
            }
            source.qemuChannel().list(1 << 20);
            new ScriptedPeer(sink.take(2)).await(InitPacket.SIZE);
            assertFailed(relaying.next(), Kind.STREAM,
                    "channel 0, packet 0 from the source: packet: received magic .*");
        }
    }

    @Test
    void shouldNotPassOnAMigrationWithoutChannels() throws Exception {
        assertNotPassedOn(RAM, "main channel: received a list of RAM blocks and no multifd channel, expected "
                + "1\\.\\.255; set the capability multifd at the source");
    }

    @Test
    void shouldNotPassOnPostcopy() throws Exception {
        assertNotPassedOn(HexFormat.of().parseHex("08" + "0003" + "0000" + "08" + "0004" + "0000"),
                "main channel: received command 4 \\(POSTCOPY_LISTEN\\): postcopy has started, expected precopy up to "
                + "the end; do not start postcopy, or turn off the capability postcopy-ram \\(for dirty bitmaps: "
                + "dirty-bitmaps\\) at the source");
    }

    /** What follows main's beginning ends the migration at both sides. */
    private void assertNotPassedOn(byte[] then, String message) throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            main.getOutputStream().write(then);
            assertFailed(relaying.next(), Kind.STREAM, message);
            assertEquals(-1, readAll(main), "the source's main channel is closed");
        }
    }

    @Test
    void shouldNoticeADestinationThatEndsInTheMiddle() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            sink.take(0).shutdownOutput();
            assertFailed(relaying.next(), Kind.PEER,
                    "main channel to destination tcp:127.0.0.1:\\d+: closed in the middle of the migration; see the "
                    + "destination's own message");
            assertEquals(-1, readAll(main), "the source's main channel is closed");
        }
    }

    @Test
    void shouldGiveUpASilentPeer() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address(), "timeout",
                1000);
                Socket main = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            assertFailed(relaying.next(), Kind.PEER,
                    "no byte moved for 1000 ms: .*; the destination has said nothing yet and may be waiting for more "
                    + "than the 0 channels that the source has opened: set the same multifd-channels on both");
            assertEquals(-1, readAll(main));
            assertEquals(-1, readAll(sink.take(0)));
        }
    }

    @Test
    void shouldPassTheDestinationsReasonOn() throws Exception {
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 20));
                TestGuest guest = new TestGuest(TestGuest.ram(4096, 16 << 20), 3, new byte[0]);
                Relaying relaying = new Relaying(methods, "other", destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            MigrationSource source = new MigrationSource(methods, MigrationParameters.builder()
                    .set("multifd-compression", "plain").build(), guest.ram, guest.log, guest);
            MigrationException error = assertThrows(MigrationException.class, () -> source.migrate(relaying.address));
            String reason = "the destination failed: RAM: received a guest of 16777216 bytes, expected at most 1048576";
            assertEquals(reason, error.getMessage());
            assertEquals(Kind.PEER, error.kind());
            assertFailed(relaying.next(), Kind.PEER, reason);
            assertThrows(Exception.class, received::get);
        }
    }

    @Test
    void shouldPreferTheDestinationsReasonToItsResetChannel() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address); Socket channel = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            main.getOutputStream().write(new byte[] {7, 0, 0, 0, 1, 'm', 1});
            channel.getOutputStream().write(init(0));
            sink.take(1).setSoLinger(true, 0);
            sink.take(1).close();
            main.getOutputStream().write(REST_OF_LIST);
            ByteBuffer answer = ByteBuffer.allocate(64).putShort((short) 0x4D46).putShort((short) 11)
                    .put("it is full!".getBytes(StandardCharsets.US_ASCII)).putShort((short) 1).putShort((short) 4)
                    .putInt(1).flip();
            write(channel, sync()); // until the relay has given up; it waits a moment for the reason
            sink.take(0).getOutputStream().write(answer.array(), 0, answer.limit());
            sink.take(0).shutdownOutput();
            assertEquals(-1, readAll(channel), "the relay has given up");
            assertEquals(answer, ByteBuffer.wrap(main.getInputStream().readAllBytes()),
                    "passed on to the source as well");
            main.shutdownOutput();
            assertFailed(relaying.next(), Kind.PEER, "the destination failed: it is full!");
        }
    }

    private static byte[] sync() {
        PacketHeader header = new PacketHeader(4096);
        header.flags = Flags.SYNC;
        ByteBuffer bytes = ByteBuffer.allocate(header.size());
        header.encode(bytes, new byte[0]);
        return bytes.array();
    }

    /** As often as it takes the relay to notice that nobody takes it. */
    private static void write(Socket socket, byte[] packet) {
        try {
            while (true) {
                socket.getOutputStream().write(packet);
            }
        } catch (IOException e) {
            // the relay has closed it
        }
    }

    @Test
    void shouldCancelWhileItWaitsAndWhileItRelays() throws Exception {
        try (Relaying waiting = new Relaying(methods, "other", absent())) {
            waiting.relay.cancel();
            assertFailed(waiting.next(), Kind.INTERRUPTED, "migration cancelled");
        }
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            sink.take(0);
            relaying.relay.cancel();
            assertFailed(relaying.next(), Kind.INTERRUPTED, "migration cancelled");
            assertEquals(-1, readAll(main));
        }
    }

    @Test
    void shouldNotMixTwoMigrations() throws Exception {
        try (Sink sink = new Sink(); Relaying relaying = new Relaying(methods, "other", sink.address());
                Socket main = connect(relaying.address); Socket second = connect(relaying.address)) {
            main.getOutputStream().write(MAIN);
            sink.take(0);
            second.getOutputStream().write(MAIN);
            assertEquals(-1, readAll(second), "refused");
            relaying.relay.cancel();
            assertFailed(relaying.next(), Kind.INTERRUPTED, "migration cancelled");
        }
    }
}
