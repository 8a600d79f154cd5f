package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long {@code verify} tries a slow codec, and how much a large one may keep. */
class VerifySettingsTest {

    @TempDir
    Path temp;

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    @Test
    void shouldTryASlowCodecForAsLongAsTheBudgetAllows() throws Exception {
        Path jar = ZooJar.of("com.example.slow", "slow").member("send", """
                void send(PageRuns pages, Payload out) {
                    long end = System.nanoTime() + 50_000_000;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    pages.copyTo(out.buffer());
                }""").into(temp);
        Run run = Run.of("verify", "--budget", "1", "--rule", "2.2", jar.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(words(run.out()).matches(".* 2\\.2 passed every legal packet is taken \\d+ of 78 packets: 1 s were "
                + "used slow: 1 passed, .*"), run.out());
    }

    @Test
    void shouldRefuseABudgetThatIsNone() throws Exception {
        Run run = Run.of("verify", "--budget", "0", temp.toString());
        assertEquals("multifd: budget: received 0, expected 1..86400" + System.lineSeparator(), run.err());
        assertEquals(2, run.code());
    }

    /** As a plain xz does: 94 MiB at one end and 9 MiB at the other, on the heap. */
    private static ZooJar large(String method, int sending) {
        return ZooJar.of("com.example." + method, method).member("sendSetup", """
                public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                    return new MultiFDSender() {
                        byte[] window;
                        public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                            window = window == null ? new byte[%d << 20] : window;
                            send(pages, out);
                        }
                        public void close() { }
                    };
                }""".formatted(sending)).member("recvSetup", """
                public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                    byte[] window = new byte[9 << 20];
                    return new MultiFDReceiver() {
                        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                            window[0]++;
                            receive(pages, in);
                        }
                        public void close() { }
                    };
                }""");
    }

    /** What passes has room in a migration with both ends in one process, and the launcher's heap. */
    @Test
    void shouldPassWhatHasRoomInADemo() throws Exception {
        Path jar = large("large", 94).into(temp);
        Run run = Run.of("verify", "--rule", "4.7", jar.toString());
        assertEquals(0, run.code(), run.out() + run.err());
        assertTrue(words(run.out()).matches(".* 4\\.7 passed what a channel keeps is bounded a channel keeps "
                + "103(\\.\\d)? MiB of heap and 0 bytes of direct buffers.*"), run.out());
        List<String> demo = new ArrayList<>(Spawned.command("demo", "--size", "8M", "--multifd-compression", "large",
                "--provider-path", jar.toString()));
        demo.replaceAll(each -> each.equals("-Xmx128m") ? "-Xmx512m" : each);
        Process process = new ProcessBuilder(demo).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), out);
        assertTrue(out.contains("identical"), out);
    }

    @Test
    void shouldRefuseWhatHasNoRoomInADemo() throws Exception {
        Path jar = large("toolarge", 120).into(temp);
        Run run = Run.of("verify", "--rule", "4.7", jar.toString());
        assertEquals(5, run.code(), run.out());
        assertTrue(words(run.out()).matches(".* 4\\.7 FAILED what a channel keeps is bounded a channel's two ends keep "
                + "129(\\.\\d)? MiB of heap; allowed are 128 MiB, a quarter of the heap that multifd has.*"),
                run.out());
    }
}
