package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayTest {

    @TempDir
    Path temp;

    private Path snapshot;

    @BeforeEach
    void record() throws Exception {
        snapshot = Recorded.snapshot(temp);
    }

    private Run send(String to) {
        return Run.of("send", "--multifd-compression", "zstd", "file:" + snapshot, to);
    }

    @Test
    void shouldRelayFromSendToReceive() throws Exception {
        Command receive = new Command("receive", "tcp:127.0.0.1:0", "file:" + temp.resolve("arrived"));
        String destination = receive.line().substring("listening on ".length());
        Command relay = new Command("relay", "--once", "--multifd-compression", "lz4", "tcp:127.0.0.1:0", destination);
        String listening = relay.line();
        assertTrue(listening.matches("listening on tcp:127\\.0\\.0\\.1:\\d+"), listening);
        Run sent = send(listening.substring("listening on ".length()));
        assertEquals(0, sent.code(), sent.err());
        assertEquals(0, relay.code.get(), relay.err());
        assertEquals(0, receive.code.get(), receive.err());
        String summary = relay.line();
        assertTrue(summary.matches("relayed a guest of 16.3 MiB in [\\d.]+ s: in by zstd [\\d.]+ MB, ratio [\\d.]+, "
                + "out by lz4 [\\d.]+ MB, ratio [\\d.]+, 2 channels; the destination has loaded it"), summary);
        List<String> channels = relay.err().lines().toList();
        assertEquals(2, channels.size(), relay.err());
        for (int i = 0; i < 2; i++) {
            assertTrue(channels.get(i).matches("channel " + i
                    + ": in [\\d.]+ MB, out [\\d.]+ MB, \\d+ packets, \\d+ normal and \\d+ zero pages"), relay.err());
        }
        String received = receive.line();
        assertTrue(received.endsWith("method lz4"), received);
    }

    @Test
    void shouldStayUpAfterAFailureUntilItIsInterrupted() throws Exception {
        String destination = "unix:" + temp.resolve("destination");
        Command relay = new Command("relay", "--json", "unix:" + temp.resolve("relay"), destination);
        String address = (String) JsonReader.object(relay.line()).get("address");
        assertEquals(3, send(address).code());
        Map<String, Object> failed = JsonReader.object(relay.line());
        assertEquals("failed", failed.get("message_type"));
        assertEquals("peer", failed.get("kind"));
        String why = "cannot connect to " + destination
                + ": No such file or directory; is the destination waiting there?";
        assertEquals(why, failed.get("message"));
        Command receive = new Command("receive", destination, "file:" + temp.resolve("arrived"));
        receive.line();
        Run sent = send(address);
        assertEquals(0, sent.code(), sent.err());
        assertEquals(0, receive.code.get(), receive.err());
        Map<String, Object> line = JsonReader.object(relay.line());
        while (line.get("message_type").equals("progress")) {
            line = JsonReader.object(relay.line());
        }
        assertEquals("summary", line.get("message_type"));
        assertEquals("zstd", line.get("incoming_method"));
        assertEquals("none", line.get("outgoing_method"));
        assertEquals(true, line.get("confirmed"));
        assertEquals(199.0, line.get("normal_pages"));
        assertEquals(2, ((List<?>) line.get("channels")).size());
        relay.cli.interrupt();
        assertEquals(130, relay.code.get());
        assertEquals(List.of("multifd: " + why, "multifd: interrupted"), relay.err().lines().toList());
    }

    @Test
    void shouldEndWithTheCodeOfTheCauseIfItIsForOneMigration() throws Exception {
        Command relay = new Command("relay", "--once", "--json", "unix:" + temp.resolve("relay"), "unix:"
                + temp.resolve("nobody"));
        assertEquals(3, send((String) JsonReader.object(relay.line()).get("address")).code());
        assertEquals(3, relay.code.get());
        Map<String, Object> failed = JsonReader.object(relay.line());
        assertEquals("failed", failed.get("message_type"));
        assertEquals("peer", failed.get("kind"));
        assertEquals(List.of("multifd: " + failed.get("message")), relay.err().lines().toList());
    }

    @Test
    void shouldTellADestinationThatFailedFromAStreamThatIsInvalid() throws Exception {
        Path arrived = temp.resolve("arrived");
        Command receive = new Command("receive", "--multifd-compression", "zlib", "unix:" + temp.resolve("receive"),
                "file:" + arrived);
        Run sent = send(receive.line().substring("listening on ".length()));
        assertEquals(4, receive.code.get(), "what came is invalid");
        assertEquals(3, sent.code(), "the peer has failed");
        assertTrue(sent.err().startsWith("multifd: the destination failed: channel 0: received method zstd (its init "
                + "packet), expected zlib"), sent.err());

        Command again = new Command("receive", "--multifd-compression", "zlib", "unix:" + temp.resolve("again"), "file:"
                + arrived);
        Command relay = new Command("relay", "--once", "--multifd-compression", "lz4", "unix:" + temp.resolve("relay"),
                again.line().substring("listening on ".length()));
        sent = send(relay.line().substring("listening on ".length()));
        assertEquals(4, again.code.get());
        assertEquals(3, relay.code.get(), relay.err());
        assertEquals(3, sent.code(), sent.err());
        String why = "multifd: the destination failed: channel 0: received method lz4 (its init packet), expected zlib";
        assertTrue(relay.err().startsWith(why), relay.err());
        assertTrue(sent.err().startsWith(why), sent.err());
    }

    @Test
    void shouldRefuseAnUnknownMethodAndAPortInUseBeforeItListens() throws Exception {
        Run run = Run.of("relay", "--multifd-compression", "nosuch", "tcp:127.0.0.1:0", "tcp:127.0.0.1:1");
        assertEquals("multifd: method nosuch: no provider found; usable: lz4, none, zlib, zstd; put the provider's "
                + "jar on the module path or name it with --provider-path" + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(5, run.code());
        Command relay = new Command("relay", "tcp:127.0.0.1:0", "tcp:127.0.0.1:1");
        String taken = relay.line().substring("listening on ".length());
        assertEquals(3, Run.of("relay", taken, "tcp:127.0.0.1:1").code());
        relay.cli.interrupt();
        assertEquals(130, relay.code.get());
    }
}
