package org.multifd.core.internal.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

/** What a program is told of errors that have no words of their own. */
class ErrorsTest {

    static List<ClosedChannelException> closed() {
        return List.of(new ClosedChannelException(), new AsynchronousCloseException(),
                new ClosedByInterruptException());
    }

    @ParameterizedTest
    @MethodSource("closed")
    void shouldSayThatAConnectionWasClosedHere(ClosedChannelException error) {
        MigrationException told = Errors.toMigration(error, Kind.METHOD);
        assertEquals("connection closed on this side", told.getMessage());
        assertEquals(Kind.PEER, told.kind());
    }
}
