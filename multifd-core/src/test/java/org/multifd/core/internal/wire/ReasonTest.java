package org.multifd.core.internal.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No class name of the JDK is what a connection's error says. */
class ReasonTest {

    static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(new ClosedChannelException(), "connection closed on this side"),
                Arguments.of(new AsynchronousCloseException(), "connection closed on this side"),
                Arguments.of(new ClosedByInterruptException(), "connection closed on this side"),
                Arguments.of(new EOFException(), "the stream has ended"),
                Arguments.of(new IOException(), "the system gave no reason"),
                Arguments.of(new SocketException("Connection reset"), "Connection reset"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void shouldPutIntoWordsWhatHasNone(Throwable error, String words) {
        assertEquals(words, Text.reason(error));
    }
}
