package org.multifd.core.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A UNIX socket's file that a killed process has left: nobody listens on it, and nobody can until it is gone. */
final class AbandonedSocket {

    private static final int TYPE = 0xF000;
    private static final int SOCKET = 0xC000;

    /** Linux: what sockets there are, each with its path at the line's end. */
    private static final Path SOCKETS = Path.of("/proc/net/unix");

    private AbandonedSocket() {
    }

    /** Whether it may be deleted. Of anything else, and of a socket that somebody listens on, bind complains. */
    static boolean is(Path path) {
        return isSocket(path) && !isListed(path) && isRefused(path);
    }

    private static boolean isSocket(Path path) {
        try {
            return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE) == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Asked first: a QEMU that waits for a migration ends of a connection that only tries whether it is there. */
    private static boolean isListed(Path path) {
        String given = " " + path;
        String absolute = " " + path.toAbsolutePath().normalize();
        try (Stream<String> lines = Files.lines(SOCKETS, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.endsWith(given) || line.endsWith(absolute));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Sockets of other containers are not listed. One whose queue is full does not refuse: it is there. */
    private static boolean isRefused(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
