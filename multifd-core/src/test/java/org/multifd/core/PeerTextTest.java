package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.PacketHeader;

/** What a source says in each place of the protocol: neither messages nor the log have it as it is. */
@Timeout(120)
class PeerTextTest {

    /** Colours a terminal, begins a line, turns the direction of writing. */
    private static final byte[] EVIL = "a\u001b[31m\nb\u202ec".getBytes(StandardCharsets.UTF_8);

    /** Where it says so. */
    enum Place {
        MACHINE, SUBSECTION, CAPABILITY, SECTION, BLOCK, PACKET_BLOCK, METHOD, MAGIC
    }

    private static byte[] text(boolean evil, String otherwise) {
        return evil ? EVIL : otherwise.getBytes(StandardCharsets.US_ASCII);
    }

    private static void counted(DataOutputStream out, byte[] text) throws IOException {
        out.writeByte(text.length);
        out.write(text);
    }

    private static void subsection(DataOutputStream out, byte[] name) throws IOException {
        out.writeByte(5);
        counted(out, name);
        out.writeInt(1);
    }

    /** A main stream up to the list of RAM blocks. */
    private static byte[] main(Place place) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x5145564D);
        out.writeInt(3);
        byte[] machine = text(place == Place.MACHINE, "pc");
        out.writeByte(7);
        out.writeInt(machine.length);
        out.write(machine);
        if (place == Place.SUBSECTION) {
            subsection(out, EVIL);
        }
        if (place == Place.CAPABILITY) {
            subsection(out, "configuration/capabilities".getBytes(StandardCharsets.US_ASCII));
            out.writeInt(1);
            counted(out, EVIL);
        }
        out.writeByte(1);
        out.writeInt(2);
        counted(out, text(place == Place.SECTION, "ram"));
        out.writeInt(0);
        out.writeInt(4);
        out.writeLong(1 << 20 | 4);
        counted(out, text(place == Place.BLOCK, "block0"));
        out.writeLong(1 << 20);
        out.writeLong(0x200);
        out.writeLong(0x10);
        out.writeByte(0x7E);
        out.writeInt(2);
        return bytes.toByteArray();
    }

    private static ByteBuffer init(Place place) {
        ByteBuffer init = ByteBuffer.allocate(64);
        init.putInt(0x11223344).putInt(1);
        return place == Place.METHOD ? init.put(32, EVIL).clear() : init.clear();
    }

    private static ByteBuffer page(Place place) {
        PacketHeader header = new PacketHeader(4096);
        header.flags = Flags.ofMethod("none");
        header.normalPages = 1;
        header.payloadLength = 4096;
        ByteBuffer bytes = ByteBuffer.allocate(header.size() + 4096);
        header.encode(bytes, text(place == Place.PACKET_BLOCK, "block0"));
        return bytes.clear();
    }

    /** Sends all of it, as far as it is taken; then the source is gone. */
    private static void say(HandSource source, Place place) {
        try {
            Connection main = source.connect();
            if (place == Place.MAGIC) {
                source.connect().writeFully(ByteBuffer.wrap(EVIL));
            }
            Connection channel = source.connect();
            channel.writeFully(init(place));
            main.writeFully(ByteBuffer.wrap(main(place)));
            channel.writeFully(page(place));
            while (main.read(ByteBuffer.allocate(64)) >= 0) {
                // until it has refused
            }
        } catch (IOException e) {
            // it has refused
        }
    }

    private static void assertClean(Place place, String text) {
        assertEquals("", text.replaceAll("[^\\p{Cntrl}\\p{Cf}\u2028\u2029]", ""), place + ": " + text);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void shouldReachNeitherMessagesNorTheLog(Place place) throws Exception {
        PrintStream shown = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        List<String> messages = new ArrayList<>();
        MethodRegistry methods = MethodRegistry.of(new PlainMethod("none"));
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.builder()
                .set("timeout", 1000).set("multifd-channels", 1).build(),
                RamSupplier.into(TestGuest.ram(4096, 1 << 20)))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<MigrationStats> received = MigrationTest.receive(destination);
            try (HandSource source = new HandSource(address)) {
                say(source, place);
            }
            destination.cancel();
            messages.add(assertEnded(received));
        } finally {
            System.setErr(shown);
        }
        messages.addAll(logged.toString(StandardCharsets.UTF_8).lines().toList());
        messages.forEach(each -> assertClean(place, each));
    }

    private static String assertEnded(CompletableFuture<MigrationStats> received) throws InterruptedException {
        try {
            received.get();
            return "";
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        }
    }
}
