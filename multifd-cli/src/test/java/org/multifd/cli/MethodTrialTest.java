package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.cli.bench.MethodTrial;
import org.multifd.cli.bench.Sample;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;

class MethodTrialTest {

    private static final int PACKET = 512 * 1024;
    private static final int TIMEOUT = 200;

    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
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

    private MethodTrial.Result run(Sample sample, MultiFDMethods methods, int timeout) throws MigrationException {
        MethodRegistry registry = MethodRegistry.of(methods);
        return new MethodTrial(sample, () -> ticks++, timeout, warnings::add)
                .run(registry, registry.methods().get(0), Map.of(), 1_000_000);
    }

    @Test
    void shouldTakeEveryPageThatIsNotZeroThroughTheMethod() throws Exception {
        Sample sample = Sample.of(image(), 5 * PACKET);
        assertEquals(5 * PACKET, sample.bytes());
        assertEquals(3 * PACKET, sample.normalBytes());
        MethodTrial.Result result = run(sample, PlainMethods.working("plain"), 30_000);
        assertEquals(3 * PACKET, result.bytes());
        assertEquals(3 * PACKET, result.payloadBytes());
        assertEquals(4, result.sendNanos(), "one tick of the clock for each packet");
        assertEquals(4, result.receiveNanos());
        assertEquals(List.of(), warnings);
    }

    @Test
    void shouldSampleALargerFileEvenly() throws Exception {
        Sample sample = Sample.of(image(), 2 * PACKET);
        assertEquals(2 * PACKET, sample.bytes());
        assertEquals(PACKET / 2 + PACKET, sample.normalBytes(), "the first packet and the third");
    }

    @Test
    void shouldTakeTheSamePagesOfASnapshotAsItsInfoCounts() throws Exception {
        Path snapshot = Recorded.snapshot(directory);
        Sample sample = Sample.of(snapshot, 1 << 30);
        assertTrue(sample.normalBytes() > 0 && sample.normalBytes() < sample.bytes(), sample.bytes() + "");
        MethodTrial.Result result = run(sample, PlainMethods.working("plain"), 30_000);
        assertEquals(result.bytes(), result.payloadBytes());
    }

    @Test
    void shouldFailWhenOtherPagesComeBack() throws Exception {
        Sample sample = Sample.of(image(), PACKET);
        MigrationException e = assertThrows(MigrationException.class,
                () -> run(sample, PlainMethods.corrupting("bent"), 30_000));
        assertEquals("method bent: the pages that arrived differ from those sent", e.getMessage());
        assertEquals(Kind.METHOD, e.kind());
    }

    @Test
    void shouldRefuseAFileOfLessThanAPacket() throws Exception {
        Path file = Files.write(directory.resolve("small"), new byte[4096]);
        MigrationException e = assertThrows(MigrationException.class, () -> Sample.of(file, PACKET));
        assertEquals("file:" + file + ": received less memory than one packet, expected at least 524288 bytes",
                e.getMessage());
        assertEquals(Kind.FILE, e.kind());
        Path none = directory.resolve("none");
        e = assertThrows(MigrationException.class, () -> Sample.of(none, PACKET));
        assertEquals("file:" + none + ": there is no such file", e.getMessage());
    }

    /** What a provider does instead of its work. */
    enum Misbehaviour {
        EXCEPTION, ERROR, METHOD_EXCEPTION, NULL, NEVER_RETURNS
    }

    static Stream<Arguments> misbehaviours() {
        return Stream.of("sendSetup", "recvSetup", "prepare", "recv", "close").flatMap(operation ->
                Stream.of(Misbehaviour.values()).filter(how -> how != Misbehaviour.NULL || operation.endsWith("Setup"))
                        .map(how -> Arguments.of(operation, how)));
    }

    @ParameterizedTest
    @MethodSource("misbehaviours")
    @Timeout(60)
    void shouldEndInTheMethodsName(String operation, Misbehaviour how) throws Exception {
        Sample sample = Sample.of(image(), PACKET);
        Misbehaving bad = new Misbehaving(operation, how);
        String expected = "method bad( of .*)? " + switch (how) {
            case EXCEPTION, ERROR -> "broke its contract in " + operation + ": .*: a bug; multifd verify .*";
            case NULL -> "broke its contract in " + operation + ": received null, expected a .*";
            case NEVER_RETURNS -> "did not return from " + operation + " within " + TIMEOUT + " ms and .*";
            default -> operation.endsWith("Setup") ? "cannot be set up: cannot"
                    : operation.equals("close") ? "cannot be closed: cannot" : "cannot";
        };
        String plain = expected.replace("bad( of .*)? cannot", "bad:? cannot");
        try {
            if (operation.equals("close")) {
                if (how != Misbehaviour.NEVER_RETURNS) {
                    assertEquals(PACKET / 2, run(sample, bad, TIMEOUT).bytes(), "what was measured holds");
                } else {
                    run(sample, bad, TIMEOUT);
                }
                assertEquals(how == Misbehaviour.NEVER_RETURNS ? 1 : 2, warnings.size());
                String last = warnings.get(warnings.size() - 1);
                assertTrue(last.replaceFirst("^packet \\d+: ", "").matches(plain), last);
            } else {
                String message = assertThrows(MigrationException.class, () -> run(sample, bad, TIMEOUT)).getMessage();
                assertTrue(message.replaceFirst("^packet \\d+: ", "").matches(plain), message);
                if (how != Misbehaviour.NEVER_RETURNS) {
                    assertEquals(bad.setUps.get(), bad.closes.get(), "each set-up is closed once");
                }
            }
        } finally {
            bad.release.countDown();
        }
    }

    private static final class Misbehaving implements MultiFDMethods {

        final AtomicInteger setUps = new AtomicInteger();
        final AtomicInteger closes = new AtomicInteger();
        final CountDownLatch release = new CountDownLatch(1);
        private final MultiFDMethods plain = PlainMethods.working("bad");
        private final String operation;
        private final Misbehaviour how;

        Misbehaving(String operation, Misbehaviour how) {
            this.operation = operation;
            this.how = how;
        }

        private boolean enter(String now) throws MultiFDException {
            if (!now.equals(operation)) {
                return false;
            }
            switch (how) {
                case EXCEPTION -> throw new IllegalStateException("a bug");
                case ERROR -> throw new AssertionError("a bug");
                case METHOD_EXCEPTION -> throw new MultiFDException("cannot");
                case NEVER_RETURNS -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                default -> {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String name() {
            return plain.name();
        }

        @Override
        public int apiVersion() {
            return plain.apiVersion();
        }

        @Override
        public Availability availability() {
            return plain.availability();
        }

        @Override
        public List<MethodParameter> parameters() {
            return plain.parameters();
        }

        @Override
        public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
            if (enter("sendSetup")) {
                return null;
            }
            setUps.incrementAndGet();
            MultiFDSender sender = plain.sendSetup(params);
            return new MultiFDSender() {
                @Override
                public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                    enter("prepare");
                    sender.prepare(pages, out);
                }

                @Override
                public void close() throws MultiFDException {
                    closes.incrementAndGet();
                    enter("close");
                }
            };
        }

        @Override
        public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
            if (enter("recvSetup")) {
                return null;
            }
            setUps.incrementAndGet();
            MultiFDReceiver receiver = plain.recvSetup(params);
            return new MultiFDReceiver() {
                @Override
                public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                    enter("recv");
                    receiver.recv(pages, in);
                }

                @Override
                public void close() {
                    closes.incrementAndGet();
                    try {
                        enter("close");
                    } catch (MultiFDException e) {
                        throw new IllegalStateException("not to be thrown here", e);
                    }
                }
            };
        }
    }
}
