package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A TLS connection has one descriptor: its channel's. */
@EnabledOnOs(OS.LINUX)
class ChannelSocketTest {

    private static final int CONNECTIONS = 40;

    static Stream<Method> methods() {
        return Arrays.stream(Socket.class.getMethods())
                .filter(method -> method.getDeclaringClass() == Socket.class
                        && !Modifier.isStatic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void shouldMakeNoSocketWhateverIsCalled(Method method) throws Exception {
        try (SocketChannel channel = SocketChannel.open(); Socket socket = new ChannelSocket(new PlainLayer(channel))) {
            Set<String> before = sockets();
            try {
                method.invoke(socket,
                        Arrays.stream(method.getParameterTypes()).map(ChannelSocketTest::value).toArray());
            } catch (InvocationTargetException e) {
                assertTrue(e.getCause() instanceof IOException
                        || e.getCause() instanceof RuntimeException, e.toString());
            }
            assertEquals(Set.of(), since(before));
            assertTrue(channel.isOpen());
        }
    }

    private static Object value(Class<?> type) {
        if (type == boolean.class) {
            return true;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == SocketOption.class) {
            return StandardSocketOptions.TCP_NODELAY;
        }
        return type == Object.class ? true : new InetSocketAddress("127.0.0.1", 1);
    }

    @Test
    void shouldLeaveNoDescriptorBehind() throws Exception {
        try (TlsPair first = new TlsPair()) {
            first.client.writeFully(ByteBuffer.allocate(1));
        }
        Set<String> before = sockets();
        for (int i = 0; i < CONNECTIONS; i++) {
            try (TlsPair pair = new TlsPair()) {
                assertNull(pair.clientError);
                assertEquals(2, since(before).size(), "a client's and a server's");
            }
        }
        assertEquals(Set.of(), since(before));
    }

    /** What an earlier test has left to the garbage collector may close meanwhile. */
    private static Set<String> since(Set<String> before) throws IOException {
        Set<String> now = sockets();
        now.removeAll(before);
        return now;
    }

    /** The open sockets of this process, by their inodes. */
    private static Set<String> sockets() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.map(ChannelSocketTest::target).filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toSet());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
