package org.multifd.core.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.PlainMethod;
import org.multifd.core.RamSupplier;
import org.multifd.core.Relaying;

/**
 * A method that changes pages between two multifd peers is noticed, although the source is a QEMU, which compares
 * nothing.
 */
class RelayComparisonTest {

    private static final String NAME = "changing";
    private static final String NOTICED = "channel [01], packet \\d+( from the source)?: received pages with the sum "
            + "0x[0-9a-f]{16}, expected 0x[0-9a-f]{16} as the multifd peer had it before method changing encoded "
            + "them; the method changed pages, at one of both sides, or its versions there do not agree";

    /** What is wrong between the two. */
    enum Wrong {
        SENDER_CHANGES_A_BYTE, RECEIVER_CHANGES_A_BYTE, VERSIONS_DISAGREE, NOTHING
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(Capture.of("qemu-7.2", "running-none"), Capture.of("qemu-10.0", "stopped-none"))
                .flatMap(capture -> Stream.of(Wrong.values()).map(wrong -> Arguments.of(capture, wrong)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongs")
    void shouldNoticeBetweenTwoRelaysWhatAMethodChanges(Capture capture, Wrong wrong) throws Exception {
        Recorded recorded = Recorded.of(capture);
        try (MigrationDestination destination = destination(MethodRegistry.of(new PlainMethod("none")), capture);
                Relaying unpacking = new Relaying(receiving(wrong), "none", destination.listen("tcp:127.0.0.1:0"));
                Relaying packing = new Relaying(sending(wrong), NAME, unpacking.address)) {
            CompletableFuture<MigrationStats> received = receive(destination);
            new Replayer(packing.address, recorded.connections().stream().map(bytes -> new Replayer.Connection(bytes,
                    true)).toList(), true);
            if (wrong == Wrong.NOTHING) {
                packing.relayed();
                unpacking.relayed();
                assertEquals("none", received.get().method());
                return;
            }
            assertNoticed(unpacking.next().error());
            packing.next(); // without return path it may have passed on all before
            assertThrows(ExecutionException.class, received::get);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
    void shouldNoticeBetweenARelayAndADestination(Wrong wrong) throws Exception {
        Capture capture = Capture.of("qemu-7.2", "running-none");
        Recorded recorded = Recorded.of(capture);
        try (MigrationDestination destination = destination(receiving(wrong), capture);
                Relaying packing = new Relaying(sending(wrong), NAME, destination.listen("tcp:127.0.0.1:0"))) {
            CompletableFuture<MigrationStats> received = receive(destination);
            new Replayer(packing.address, recorded.connections().stream().map(bytes -> new Replayer.Connection(bytes,
                    true)).toList(), true);
            Throwable error = assertThrows(ExecutionException.class, received::get);
            while (!(error instanceof MigrationException)) {
                error = error.getCause();
            }
            assertNoticed((MigrationException) error);
            packing.next();
        }
    }

    private static void assertNoticed(MigrationException error) {
        assertTrue(error != null, "it was not noticed");
        assertTrue(error.getMessage().matches(NOTICED), error.getMessage());
        assertEquals(Kind.STREAM, error.kind());
    }

    private static MigrationDestination destination(MethodRegistry methods, Capture capture) {
        return new MigrationDestination(methods, MigrationParameters.builder().set("multifd-channels",
                capture.channels()).build(), RamSupplier.allocating(64 << 20));
    }

    private static CompletableFuture<MigrationStats> receive(MigrationDestination destination) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return destination.receive();
            } catch (MigrationException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static MethodRegistry sending(Wrong wrong) throws MigrationException {
        return MethodRegistry.of(new PlainMethod("none"), new PlainMethod(NAME) {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) {
                return new Sender(wrong);
            }
        });
    }

    private static MethodRegistry receiving(Wrong wrong) throws MigrationException {
        return MethodRegistry.of(new PlainMethod("none"), new PlainMethod(NAME) {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
                return new Receiver(wrong);
            }
        });
    }

    /** Changes a byte of every second packet, or complements all of them as the other version does not. */
    private static final class Sender implements MultiFDSender {

        private final Wrong wrong;
        private int packets;

        Sender(Wrong wrong) {
            this.wrong = wrong;
        }

        @Override
        public void prepare(PageRuns pages, Payload out) {
            ByteBuffer to = out.buffer();
            int start = to.position();
            pages.copyTo(to);
            if (wrong == Wrong.SENDER_CHANGES_A_BYTE && ++packets % 2 == 0) {
                to.put(start, (byte) (to.get(start) ^ 1));
            }
            for (int i = start; wrong == Wrong.VERSIONS_DISAGREE && i < to.position(); i++) {
                to.put(i, (byte) ~to.get(i));
            }
        }

        @Override
        public void close() {
            // nothing to let go of
        }
    }

    /** Takes the pages as they come, and may change a byte of every second packet. */
    private static final class Receiver implements MultiFDReceiver {

        private final Wrong wrong;
        private int packets;

        Receiver(Wrong wrong) {
            this.wrong = wrong;
        }

        @Override
        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
            in.readInto(pages);
            if (wrong == Wrong.RECEIVER_CHANGES_A_BYTE && ++packets % 2 == 0) {
                ByteBuffer first = pages.buffer(0);
                first.put(first.position(), (byte) (first.get(first.position()) ^ 1));
            }
        }

        @Override
        public void close() {
            // nothing to let go of
        }
    }
}
