package org.multifd.core.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import org.multifd.core.RamSupplier;
import org.multifd.core.capture.Recorded;
import org.multifd.core.capture.Replayer;

/** A tail that is no longer ours, behind a guest of ours, is not taken for a QEMU's. */
class OurTailTest {

    @Test
    void shouldRefuseATailWithAnotherName() throws Exception {
        MethodRegistry methods = MethodRegistry.load();
        Recorded recorded = new Recordings(methods).ours("none", 1);
        int name = recorded.main.endOfRam + 6;
        MigrationException error;
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 24))) {
            String address = destination.listen("tcp:127.0.0.1:0");
            CompletableFuture<Void> received = Recordings.received(destination);
            List<byte[]> bytes = recorded.connections();
            Replayer replayer = new Replayer(address, IntStream.range(0, bytes.size())
                    .mapToObj(i -> new Replayer.Connection(
                    bytes.get(i), true, i == 0 ? Fault.flip(0, name, 1) : null)).toList(), true);
            error = (MigrationException) assertThrows(ExecutionException.class, received::get).getCause();
            assertEquals(List.of(), replayer.awaitClosed());
        }
        assertEquals("device state: received " + recorded.main.tail().length
                + " bytes of another format behind a multifd peer's RAM, expected the section multifd/state",
                error.getMessage());
        assertEquals(Kind.STREAM, error.kind());
    }
}
