package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever ends a relayed migration while the relay's channels lag behind, and whenever: the stock destination has
 * exited or answers. A destination that reads a mark of main without its SYNC on each channel hangs with its monitor,
 * for good.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("org.multifd.core.qemu.QemuBinary#all")
@Tag("qemu")
class QemuRelayEndingTest extends EachQemu {

    /** Ten moments each, for each way to be slow; otherwise one. */
    private static final int MOMENTS = "all".equals(System.getProperty("multifd.faults")) ? 10 : 1;
    private static final long BYTES_PER_SECOND = 1_000_000;
    /**
     * What lies in the guest's memory, so that a round takes seconds. A UNIX socket's buffer is small: the source
     * waits.
     */
    private static final int CONTENT_BYTES = 8 << 20;
    private static final int LATEST_MILLIS = 4_000;
    private static final int LATEST_BYTE = 20_000;
    private static final int FIRST_BYTE = 8;

    /** What ends it. */
    enum Event {
        CANCEL, KILL_SOURCE, TERMINATE_RELAY, KILL_RELAY, REFUSE, QUIT_DESTINATION
    }

    /** Why the channels lag behind. */
    enum Slow {
        BANDWIDTH, METHOD
    }

    static Stream<Arguments> moments() {
        return Stream.of(Event.values()).flatMap(event -> Stream.of(Slow.values())
                .flatMap(slow -> IntStream.range(0, MOMENTS).mapToObj(seed -> Arguments.of(event, slow, seed))));
    }

    @ParameterizedTest
    @MethodSource("moments")
    void shouldLeaveADestinationThatAnswersOrHasExited(Event event, Slow slow, int seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed * 100L + event.ordinal() * 10 + slow.ordinal());
        boolean returnPath = random.nextInt(3) > 0;
        byte[] content = new byte[CONTENT_BYTES];
        random.nextBytes(content);
        Path blob = Files.write(temp.resolve("blob"), content);
        try (Qemu source = Qemu.counting(binary, Files.createDirectory(temp.resolve("source")),
                "-device", "loader,force-raw=on,addr=0x200000,file=" + blob);
                Qemu destination = Qemu.waiting(binary, Files.createDirectory(temp.resolve("destination")))) {
            destination.configure("none", 2, returnPath);
            source.configure("none", 2, returnPath);
            try (RelayProcess relay = new RelayProcess(temp, slow == Slow.BANDWIDTH ? BYTES_PER_SECOND : 0,
                    slow == Slow.METHOD, event == Event.REFUSE ? "tcp:127.0.0.1:0" : "unix:" + temp.resolve("relay"),
                    destination.listen());
                    SpoilingProxy proxy = new SpoilingProxy(relay.address,
                            event == Event.REFUSE ? random.nextLong(FIRST_BYTE, LATEST_BYTE) : Long.MAX_VALUE)) {
                source.migrate(event == Event.REFUSE ? proxy.address() : relay.address);
                if (event != Event.REFUSE) {
                    relay.awaitBegun();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LATEST_MILLIS)));
                }
                switch (event) {
                    case CANCEL -> source.execute("migrate_cancel", "{}");
                    case KILL_SOURCE -> source.kill();
                    case TERMINATE_RELAY -> relay.terminate();
                    case KILL_RELAY -> relay.kill();
                    case REFUSE -> { }
                    case QUIT_DESTINATION -> destination.execute("quit", "{}");
                }
                String end = destination.awaitDecided();
                assertTrue(List.of("completed", "failed", "exited").contains(end), end);
                Files.writeString(Files.createDirectories(Path.of("target", "faults")).resolve("relay-endings.txt"),
                        String.join(" ", binary.toString(), event.toString(), slow.toString(), Integer.toString(seed),
                        end) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
    }
}
