package org.multifd.core.internal.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({"tcp:localhost:4444, localhost, 4444", "tcp:10.0.0.1:0, 10.0.0.1, 0", "tcp:h:65535, h, 65535",
            "tcp::4444, '', 4444",
        "tcp:[::1]:1, ::1, 1", "tcp:[fe80::1%lo]:00080, fe80::1%lo, 80"})
    void shouldReadTcp(String text, String host, int port) {
        assertEquals(new Address(text, host, port, null), Address.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"unix:/run/m.sock, /run/m.sock", "unix:relative, relative", "unix:/with:colon, /with:colon"})
    void shouldReadUnix(String text, String path) {
        assertEquals(new Address(text, null, 0, path), Address.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tcp", "localhost:4444", "unix:", "TCP:h:1", "file:/x", "udp:h:1", " tcp:h:1", "4444"})
    void shouldRefuseAnotherNotation(String text) {
        assertRefused(text, "tcp:HOST:PORT or unix:PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:", "tcp:host", "tcp:4444"})
    void shouldRefuseTcpWithoutPort(String text) {
        assertRefused(text, "tcp:HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"tcp:h:", "tcp:h:65536", "tcp:h:-1", "tcp:h:+80", "tcp:h:http", "tcp:h: 80", "tcp:h:99999999999",
        "tcp:h:100000", "tcp:h:80,ipv4=on", "tcp:[::1]:"})
    void shouldRefuseAPortThatIsNone(String text) {
        assertRefused(text, "a port of 0..65535");
    }

    @Test
    void shouldConnectToNoPortThatIsToBePicked() {
        assertEquals("address: received \"tcp:h:0\", expected a port of 1..65535, the one that the destination listens"
                + " on",
                assertThrows(IllegalArgumentException.class, () -> Address.parseDestination("tcp:h:0")).getMessage());
        assertEquals(Address.parse("tcp:h:1"), Address.parseDestination("tcp:h:1"));
        assertEquals(Address.parse("unix:/run/m.sock"), Address.parseDestination("unix:/run/m.sock"));
    }

    @Test
    void shouldRefuseDigitsOfAnotherScript() {
        assertEquals("address: received \"tcp:h:\\xd9\\xa8\\xd9\\xa0\", expected a port of 0..65535",
                assertThrows(IllegalArgumentException.class, () -> Address.parse("tcp:h:\u0668\u0660")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:::1:4444", "tcp:fe80::1:80", "tcp:[::1:80"})
    void shouldWantBracketsAroundIpv6(String text) {
        assertRefused(text, "an IPv6 address in brackets, tcp:[::1]:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:[]:80", "tcp:[localhost]:80"})
    void shouldWantIpv6InBrackets(String text) {
        assertRefused(text, "an IPv6 address in the brackets, tcp:[::1]:PORT");
    }

    @Test
    void shouldRefuseAPathThatIsNone() {
        assertEquals("address: received \"unix:a\\x00b\", expected a path after unix:",
                assertThrows(IllegalArgumentException.class, () -> Address.parse("unix:a\0b")).getMessage());
    }

    @Test
    void shouldEscapeWhatATerminalObeys() {
        assertEquals("address: received \"\\x1b[2J\\x0a\", expected tcp:HOST:PORT or unix:PATH",
                assertThrows(IllegalArgumentException.class, () -> Address.parse("\u001b[2J\n")).getMessage());
    }

    private static void assertRefused(String text, String expected) {
        assertEquals("address: received \"" + text + "\", expected " + expected,
                assertThrows(IllegalArgumentException.class, () -> Address.parse(text)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"::1, ::1", "::, ::", "fe80::1, fe80::1", "2001:db8::a:0:0:1, 2001:db8::a:0:0:1", "1:2:3:4:5:6:7:8,"
            + " 1:2:3:4:5:6:7:8", "1:2:3:0:5:6:7:8, 1:2:3:0:5:6:7:8", "1::, 1::"})
    void shouldShortenIpv6(String host, String shown) throws IOException {
        assertEquals("tcp:[" + shown + "]:7", Address.text(new InetSocketAddress(InetAddress.getByName(host), 7)));
    }

    /** A peer chooses the path that it binds before it connects. */
    @Test
    void shouldShowAPathInOneLineWithoutControls() {
        assertEquals("unix:/tmp/a b [2Jc d", Address.text(UnixDomainSocketAddress.of("/tmp/a\nb\u001b[2Jc\u202ed")));
    }

    @Test
    void shouldTakeAnEmptyHostForThisMachineAlone() throws IOException {
        assertTrue(((InetSocketAddress) Address.parse("tcp::4444").resolve("")).getAddress().isLoopbackAddress());
        assertTrue(((InetSocketAddress) Address.parse("tcp:0:4444").resolve("")).getAddress().isAnyLocalAddress());
        assertTrue(((InetSocketAddress) Address.parse("tcp:[::]:4444").resolve("")).getAddress().isAnyLocalAddress());
        assertEquals(new InetSocketAddress("::1", 7), Address.parse("tcp:[::1]:7").resolve(""));
        assertEquals(UnixDomainSocketAddress.of("/a/b"), Address.parse("unix:/a/b").resolve(""));
    }
}
