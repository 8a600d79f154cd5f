package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;
import org.multifd.core.MigrationException.Kind;

class MethodTrialTest {

    private static final int PACKET = 512 * 1024;
    private static final MigrationParameters PLAIN = MigrationParameters.builder().set("multifd-compression", "plain")
            .build();

    @TempDir
    Path directory;

    private long ticks;

    /** Five packets: every other page of the first two is zero, and all of the last. */
    private Path image() throws IOException {
        byte[] bytes = new byte[5 * PACKET];
        new Random(1).nextBytes(bytes);
        for (int page = 0; page < 256; page += 2) {
            Arrays.fill(bytes, page * 4096, (page + 1) * 4096, (byte) 0);
        }
        Arrays.fill(bytes, 4 * PACKET, bytes.length, (byte) 0);
        return Files.write(directory.resolve("image"), bytes);
    }

    private static MethodRegistry plain() {
        return MethodRegistry.of(new PlainMethod("plain"));
    }

    @Test
    void shouldTakeEveryPageThatIsNotZeroThroughTheMethod() throws Exception {
        MethodTrial trial = MethodTrial.of(plain(), image(), 5 * PACKET);
        assertEquals(5 * PACKET, trial.bytes());
        assertEquals(3 * PACKET, trial.normalBytes());
        MethodTrial.Result result = trial.run(PLAIN, () -> ticks++, 1_000_000);
        assertEquals(3 * PACKET, result.bytes());
        assertEquals(3 * PACKET, result.payloadBytes());
        assertEquals(4, result.sendNanos(), "one tick of the clock for each packet");
        assertEquals(4, result.receiveNanos());
    }

    @Test
    void shouldSampleALargerFileEvenly() throws Exception {
        MethodTrial trial = MethodTrial.of(plain(), image(), 2 * PACKET);
        assertEquals(2 * PACKET, trial.bytes());
        assertEquals(PACKET / 2 + PACKET, trial.normalBytes(), "the first packet and the third");
    }

    @Test
    void shouldFailWhenOtherPagesComeBack() throws Exception {
        MethodRegistry registry = MethodRegistry.of(new PlainMethod("plain") {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                MultiFDReceiver honest = super.recvSetup(params);
                return new MultiFDReceiver() {
                    @Override
                    public void recv(PageRuns pages, PayloadSource in)
                            throws MultiFDException, IOException {
                        honest.recv(pages, in);
                        pages.buffer(0).put(pages.buffer(0).position(),
                                (byte) ~pages.buffer(0).get(pages.buffer(0).position()));
                    }

                    @Override
                    public void close() {
                        honest.close();
                    }
                };
            }
        });
        MethodTrial trial = MethodTrial.of(registry, image(), PACKET);
        MigrationException e = assertThrows(MigrationException.class, () -> trial.run(PLAIN, () -> ticks++, 1000));
        assertEquals("method plain: the pages that arrived differ from those sent", e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
    }

    @Test
    void shouldRefuseAFileOfLessThanAPacket() throws Exception {
        Path file = Files.write(directory.resolve("small"), new byte[4096]);
        MigrationException e = assertThrows(MigrationException.class, () -> MethodTrial.of(plain(), file, PACKET));
        assertEquals("file:" + file + ": received less memory than one packet, expected at least 524288 bytes",
                e.getMessage());
        assertEquals(Kind.FILE, e.kind());
        Path none = directory.resolve("none");
        e = assertThrows(MigrationException.class, () -> MethodTrial.of(plain(), none, PACKET));
        assertTrue(e.getMessage().endsWith("none: there is no such file"), e.getMessage());
    }
}
