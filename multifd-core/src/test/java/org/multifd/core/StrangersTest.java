package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.migration.Acceptor;
import org.multifd.core.internal.transport.Connection;

/** Who is not of a migration, or claims what it likes, costs it nothing. */
class StrangersTest {

    private static final UUID ANOTHER = new UUID(3, 4);

    private final MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
    private MigrationParameters.Builder parameters = MigrationParameters.builder().set("multifd-channels", 1);
    private MigrationDestination destination;
    private HandSource source;
    private CompletableFuture<MigrationStats> received;

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        if (source != null) {
            source.close();
        }
        if (destination != null) {
            destination.close();
        }
    }

    private String listen() throws MigrationException {
        destination = new MigrationDestination(methods, parameters.build(), RamSupplier.allocating(1 << 30));
        String address = destination.listen("tcp:127.0.0.1:0");
        received = MigrationTest.receive(destination);
        source = new HandSource(address);
        return address;
    }

    private String failure() {
        return assertThrows(Exception.class, received::get).getCause().getMessage();
    }

    private void assertEndsWell() throws Exception {
        source.end();
        assertTrue(source.told());
        received.get();
    }

    /** Its first ping is answered once all of its connections have said what they are. */
    private void assertIsKnown() throws Exception {
        assertEquals("0002000400000001", HexFormat.of().formatHex(source.answer(8)));
    }

    /** One silent connection more than may be: the first of them. */
    private static Connection tooMany(HandSource strangers) throws Exception {
        Connection first = strangers.connect();
        for (int i = 0; i < Acceptor.SILENT; i++) {
            strangers.connect();
        }
        return first;
    }

    @Test
    void shouldCloseSilentConnectionsBeyondTheLimit() throws Exception {
        try (HandSource strangers = new HandSource(listen())) {
            source.channel().main(true);
            assertIsKnown();
            assertTrue(HandSource.isClosed(tooMany(strangers)));
            assertEndsWell();
        }
    }

    @Test
    void shouldReportAConnectionBeyondTheLimit() throws Exception {
        try (HandSource strangers = new HandSource(listen())) {
            source.channel().main(true);
            assertIsKnown();
            assertTrue(HandSource.isClosed(tooMany(strangers)));
            source.close();
            String message = failure();
            assertTrue(message.matches(".*\\(a connection from tcp:127.0.0.1:\\d+ was refused: there are 272 that "
                    + "have not said what they are, and it is the oldest\\)"), message);
        }
    }

    @Test
    void shouldCloseSilentConnectionsBeyondARelaysLimit() throws Exception {
        String address = listen();
        try (Relaying relaying = new Relaying(methods, "plain", address);
                HandSource strangers = new HandSource(relaying.address)) {
            source = new HandSource(relaying.address);
            source.main(true).channel();
            assertIsKnown();
            assertTrue(HandSource.isClosed(tooMany(strangers)));
            assertEndsWell();
            source.close();
            assertNull(relaying.next().error());
        }
    }

    @Test
    void shouldRefuseASecondMainAndGoOn() throws Exception {
        try (HandSource second = new HandSource(listen())) {
            source.channel().main(true);
            assertIsKnown();
            assertTrue(HandSource.isClosed(second.main(false).main));
            assertEndsWell();
        }
    }

    /** Another source that was given this address by mistake speaks the protocol well. */
    @Test
    void shouldRefuseAnotherMigrationsChannelsAndGoOn() throws Exception {
        refuseAnother();
        assertTrue(source.told());
        received.get();
    }

    /** If it was the migration's own all the same, its pages are missing. */
    @Test
    void shouldMissThePagesOfAChannelThatCameTooLate() throws Exception {
        parameters = MigrationParameters.builder();
        refuseAnother();
        String message = failure();
        assertTrue(message.matches("received nothing for .* expected each page once; .*\\(a connection from "
                + "tcp:127.0.0.1:\\d+ was refused: received channel id 1 after the list of RAM blocks, when all "
                + "channels of this migration had connected\\)"), message);
    }

    private void refuseAnother() throws Exception {
        try (HandSource another = new HandSource(listen())) {
            source.channel().main(true).list(1 << 20).sync(false).ping(7);
            assertIsKnown();
            assertEquals("0002000400000007", HexFormat.of().formatHex(source.answer(8)), "it has read the list");
            assertTrue(HandSource.isClosed(another.main(false).main));
            assertTrue(HandSource.isClosed(another.channel(HandSource.ID, 0).channel(0)), "an id that is there");
            assertTrue(HandSource.isClosed(another.channel(HandSource.ID, 1).channel(1)), "an id too many");
            source.sync(false).last().tail(HexFormat.of().parseHex("0006" + "00000002" + "7b7d"));
        }
    }

    @Test
    void shouldRefuseAChannelOfAnotherVmAndGoOn() throws Exception {
        parameters.set("uuid", HandSource.ID.toString());
        try (HandSource another = new HandSource(listen())) {
            assertTrue(HandSource.isClosed(another.channel(ANOTHER, 0).channel(0)));
            source.channel().main(true, HandSource.ID);
            assertEndsWell();
        }
    }

    /** What was seen of it, channels that are missing, comes of it. A QEMU's main channel says no uuid. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSayFirstThatItIsAnotherVm(boolean channelsGiven) throws Exception {
        parameters = channelsGiven ? parameters : MigrationParameters.builder();
        parameters.set("uuid", HandSource.ID.toString()).set("timeout", 1000);
        listen();
        assertTrue(HandSource.isClosed(source.channel(ANOTHER, 0).channel(0)));
        source.main(false).list(1 << 20);
        assertEquals("received a VM of uuid " + ANOTHER + ", expected " + HandSource.ID
                + " (uuid) on every multifd channel, and none has it; start the source with it, or give this side "
                + "the source's", failure());
    }

    /** Through a tunnel main can come first: as long as a channel is missing, one that comes is the migration's. */
    @Test
    void shouldTakeAChannelThatComesBehindTheList() throws Exception {
        parameters = MigrationParameters.builder();
        listen();
        source.main(true).list(1 << 20);
        while (Thread.getAllStackTraces().values().stream().flatMap(Stream::of).noneMatch(frame -> frame.getMethodName()
                .equals("settle"))) {
            Thread.onSpinWait();
        }
        source.channel().sync(false).sync(false).last().tail(HexFormat.of().parseHex("0006" + "00000002" + "7b7d"));
        String message = failure();
        assertTrue(message.startsWith("received nothing for page 0x0 of RAM block \"ram\" and 255 other pages on 1 "
                + "channels"), message);
    }

    @Test
    void shouldRefuseTheMainChannelOfAnotherVm() throws Exception {
        parameters.set("uuid", HandSource.ID.toString());
        listen();
        source.channel().main(true, ANOTHER);
        assertEquals("configuration: received uuid " + ANOTHER + ", expected " + HandSource.ID, failure());
    }

    @Test
    void shouldSayThatThePeerUsesTls() throws Exception {
        try (HandSource stranger = new HandSource(listen())) {
            Connection hello = stranger.connect();
            hello.writeFully(ByteBuffer.wrap(HexFormat.of().parseHex("1603010200010001fc0303")));
            assertTrue(HandSource.isClosed(hello));
            source.main(true).channel().close();
            String message = failure();
            assertTrue(message.contains("received magic 0x16030102, expected 0x5145564d (main channel) or 0x11223344 "
                    + "(multifd channel); does the peer use TLS, which needs tls-creds here?"), message);
        }
    }

    /** 1 TiB of RAM, and the first SYNC of a source that tells checksums: the pages that came are none. */
    @Test
    void shouldNotTakeMemoryForWhatIsClaimed() throws Exception {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();
        destination = MigrationDestination.intoFile(methods, parameters.build(), directory.resolve("guest.snap"),
                false);
        source = new HandSource(destination.listen("tcp:127.0.0.1:0"));
        received = MigrationTest.receive(destination);
        long before = direct.getMemoryUsed();
        source.channel().main(true).list(1L << 40).sync(true).ping(7);
        while (source.answer(8)[7] != 7) {
            continue; // the ping is read behind the mark, the mark behind the SYNC
        }
        long taken = direct.getMemoryUsed() - before;
        assertTrue(taken < 16 << 20, taken + " bytes");
        destination.cancel();
        assertEquals("migration cancelled", failure());
    }

    @Test
    void shouldLeaveNoFileOfParametersThatAreWrong() throws Exception {
        MigrationParameters wrong = parameters.set("tls-creds", Path.of("src/test/tls/good").toAbsolutePath())
                .set("tls-authz", "garbage").build();
        try (MigrationDestination never = MigrationDestination.intoFile(methods, wrong, directory.resolve("guest.snap"),
                false)) {
            assertEquals(Kind.USAGE, assertThrows(MigrationException.class, () -> never.listen("tcp:127.0.0.1:0"))
                    .kind());
            try (Stream<Path> files = Files.list(directory)) {
                assertEquals(0, files.count());
            }
        }
    }
}
