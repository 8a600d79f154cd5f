package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the command line: options, exit code 7, and a relay that has it on one side. */
class TlsTest {

    @TempDir
    Path temp;

    private Path snapshot;
    private Path arrived;

    @BeforeEach
    void record() throws Exception {
        snapshot = Recorded.snapshot(temp);
        arrived = temp.resolve("arrived");
    }

    private static String credentials(String name) {
        return Path.of("..", "multifd-core", "src", "test", "tls", name).toAbsolutePath().normalize().toString();
    }

    private static String listening(Command command) throws Exception {
        return command.line().substring("listening on ".length());
    }

    private Run send(String to, String... options) {
        String[] args = new String[options.length + 3];
        args[0] = "send";
        System.arraycopy(options, 0, args, 1, options.length);
        args[args.length - 2] = "file:" + snapshot;
        args[args.length - 1] = to;
        return Run.of(args);
    }

    @Test
    void shouldServeWhoIsNamedAndRefuseOthersWithSeven() throws Exception {
        Command receive = new Command("receive", "--tls-creds", credentials("good"), "--tls-authz",
                "C=DE,O=multifd tests,CN=source", "tcp:127.0.0.1:0", "file:" + arrived);
        String address = listening(receive);
        Run refused = send(address, "--tls-creds", credentials("another"));
        assertEquals(7, refused.code());
        assertTrue(refused.err().endsWith("received the alert certificate_unknown: the peer did not accept the "
                + "certificate of C=DE,O=multifd tests,CN=another source; see its own message\n"), refused.err());
        Run other = send(address, "--tls-creds", credentials("good"), "--tls-hostname", "elsewhere.example");
        assertEquals(7, other.code());
        assertEquals("multifd: cannot connect to " + address + " with TLS: received a certificate of C=DE,O=multifd"
                + " tests,CN=destination for host localhost, destination.example, 127.0.0.1, 0:0:0:0:0:0:0:1, "
                + "expected one for elsewhere.example; tls-hostname is the name to expect\n", other.err());
        assertEquals(0, send(address, "--tls-creds", credentials("good")).code());
        assertEquals(0, receive.code.get(), receive.err());
        assertEquals(0, Run.of("inspect", "file:" + arrived).code());
    }

    @Test
    void shouldRelayFromPlainToTls() throws Exception {
        Command receive = new Command("receive", "--tls-creds", credentials("good"), "tcp:127.0.0.1:0", "file:"
                + arrived);
        Command relay = new Command("relay", "--once", "--out-tls-creds", credentials("good"), "--multifd-compression",
                "lz4", "tcp:127.0.0.1:0", listening(receive));
        assertEquals(0, send(listening(relay)).code());
        assertEquals(0, relay.code.get(), relay.err());
        assertEquals(0, receive.code.get(), receive.err());
        assertEquals(0, Run.of("inspect", "file:" + arrived).code());
    }

    @Test
    void shouldRelayFromTlsToPlain() throws Exception {
        Command receive = new Command("receive", "tcp:127.0.0.1:0", "file:" + arrived);
        Command relay = new Command("relay", "--once", "--in-tls-creds", credentials("good"), "--tls-authz",
                "C=DE,O=multifd tests,CN=source", "tcp:127.0.0.1:0", listening(receive));
        assertEquals(0, send(listening(relay), "--tls-creds", credentials("good")).code());
        assertEquals(0, relay.code.get(), relay.err());
        assertEquals(0, receive.code.get(), receive.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"receive", "relay"})
    void shouldRefuseCredentialsThatAreNotThereBeforeItListens(String command) {
        Run run = Run.of(command, "--tls-creds", temp.toString(), "tcp:127.0.0.1:0",
                command.equals("relay") ? "tcp:127.0.0.1:9" : "file:" + arrived);
        assertEquals(7, run.code());
        assertTrue(run.err().matches("multifd: " + temp + "/[a-z]+-cert.pem: there is no such file.*\n"), run.err());
        assertEquals("", run.out());
    }

    @Test
    void shouldRefuseTlsWithoutCredentials() {
        Run authz = Run.of("receive", "--tls-authz", "CN=x", "tcp:127.0.0.1:0", "file:" + arrived);
        assertEquals(2, authz.code());
        assertEquals("multifd: tls-authz: received without tls-creds, expected both; without credentials there is no "
                + "TLS\n", authz.err());
        assertEquals(2, send("tcp:127.0.0.1:9", "--tls-hostname", "x").code());
        Run verify = send("tcp:127.0.0.1:9", "--tls-verify-peer", "perhaps");
        assertEquals("multifd: tls-verify-peer: received perhaps, expected on, off\n", verify.err());
    }
}
