package org.multifd.core.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.Eventually;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.capture.Capture;
import org.multifd.core.capture.Recorded;
import org.multifd.core.fault.Setting.Role;

/**
 * Migrations whose connections are cut, reset, delayed, changed and mixed up at every interesting byte: each ends in
 * the right error or with the right RAM, and leaves nothing behind. A seeded sample; all of them with
 * {@code -Dmultifd.faults=all}.
 */
class FaultMatrixTest {

    private static final boolean ALL = "all".equals(System.getProperty("multifd.faults"));
    private static final int SAMPLE = 160;
    private static final long SEED = Long.getLong("multifd.faults.seed", 20);
    /** Of the settings' names, to look at some of them. */
    private static final String ONLY = System.getProperty("multifd.faults.only", ".*");
    /** So many at once: most of them wait. */
    private static final int WORKERS = 6;
    /** What a case may take beyond its timeout, the migration after it included. */
    private static final int DEADLINE_MILLIS = Eventually.PATIENT_MILLIS;
    private static final int LISTED = 20;

    @TempDir
    Path directory;

    /** Anew for each batch: a provider may keep some buffers for its next channels. */
    private volatile MethodRegistry methods;
    private final Map<Recorded, BlockingQueue<GuestRam>> memories = new ConcurrentHashMap<>();
    private final Map<String, Map<Verdict, Integer>> counts = new TreeMap<>();
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger directories = new AtomicInteger();

    @Test
    void shouldEndInTheRightErrorOrWithTheRightRam() throws Exception {
        methods = CountedMethods.registry();
        List<Setting> settings = settings();
        settings.forEach(setting -> memories.computeIfAbsent(setting.link(), FaultMatrixTest::memories));
        List<List<FaultCase>> batches = batches(settings);
        runAll(warmUp(batches)); // classes, the JDK's own buffers
        counts.clear();
        long started = System.nanoTime();
        int cases = 0;
        for (List<FaultCase> batch : batches) {
            methods = null;
            Leftovers before = Leftovers.now();
            methods = CountedMethods.registry();
            runAll(batch);
            cases += batch.size();
            report(cases, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started));
            methods = null;
            before.assertNone();
        }
        assertEquals(List.of(), wrong.subList(0, Math.min(LISTED, wrong.size())), wrong.size() + " of " + cases);
        assertTrue(cases >= (ALL ? 2000 : SAMPLE - 10), "cases: " + cases);
    }

    private List<Setting> settings() throws Exception {
        List<Setting> list = new ArrayList<>();
        Recordings recordings = new Recordings(methods);
        Recorded none = recordings.ours("none", 2);
        Recorded zlib = recordings.ours("zlib", 2);
        Recorded zstd = recordings.ours("zstd", 2);
        Recorded lz4 = recordings.ours("lz4", 2);
        for (Recorded each : List.of(none, zlib, zstd, lz4)) {
            list.add(new Setting(Role.DESTINATION, each, each, null));
        }
        for (Capture capture : List.of(Capture.of("qemu-7.2", "running-none"), Capture.of("qemu-10.0", "stopped-zlib"),
                Capture.of("qemu-10.0", "stopped-machine-8.1-zstd"))) {
            Recorded qemu = Recorded.of(capture);
            list.add(new Setting(Role.DESTINATION, qemu, qemu, null));
        }
        list.add(new Setting(Role.FILE, zstd, zstd, null));
        for (String method : CountedMethods.NAMES) {
            Recorded link = recordings.ours(method, 1);
            list.add(new Setting(Role.SOURCE, link, link, method));
        }
        list.add(new Setting(Role.RELAY_IN, zlib, zlib, "lz4"));
        list.add(new Setting(Role.RELAY_IN, lz4, lz4, "none"));
        Recorded unheard = Recorded.of(Capture.of("qemu-7.2", "running-none")); // without return path
        list.add(new Setting(Role.RELAY_IN, unheard, unheard, "zstd"));
        list.add(new Setting(Role.RELAY_OUT, none, recordings.relayed(none, "zstd"), "zstd"));
        list.add(new Setting(Role.RELAY_OUT, zstd, recordings.relayed(zstd, "none"), "none"));
        list.removeIf(setting -> !setting.toString().matches(ONLY));
        return list;
    }

    /** One batch of a sample, or one for each setting. */
    private static List<List<FaultCase>> batches(List<Setting> settings) {
        List<List<FaultCase>> all = settings.stream().map(FaultCases::of).toList();
        if (ALL) {
            return all;
        }
        // Of each role and kind alike, as many as there is room for.
        Map<String, List<FaultCase>> groups = new TreeMap<>();
        all.forEach(list -> list.forEach(
                each -> groups.computeIfAbsent(each.setting().role() + each.kind(), key -> new ArrayList<>())
                .add(each)));
        Random random = new Random(SEED);
        groups.values().forEach(group -> Collections.shuffle(group, random));
        List<FaultCase> sample = new ArrayList<>();
        for (int turn = 0; sample.size() < SAMPLE; turn++) {
            for (List<FaultCase> group : groups.values()) {
                if (turn < group.size() && sample.size() < SAMPLE) {
                    sample.add(group.get(turn));
                }
            }
        }
        return List.of(sample);
    }

    private static List<FaultCase> warmUp(List<List<FaultCase>> batches) {
        List<FaultCase> few = new ArrayList<>();
        for (List<FaultCase> batch : batches) {
            for (int i = 0; i < batch.size(); i += Math.max(1, batch.size() / 12)) {
                few.add(batch.get(i));
            }
        }
        return few;
    }

    private void runAll(List<FaultCase> cases) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        try {
            List<Future<Verdict>> verdicts = new ArrayList<>();
            for (FaultCase each : cases) {
                verdicts.add(workers.submit(() -> run(each)));
            }
            for (int i = 0; i < cases.size(); i++) {
                try {
                    Verdict verdict = verdicts.get(i).get(cases.get(i).timeoutMillis() + DEADLINE_MILLIS,
                            TimeUnit.MILLISECONDS);
                    counts.computeIfAbsent(cases.get(i).setting().role() + " " + cases.get(i).kind(),
                            key -> new EnumMap<>(Verdict.class)).merge(verdict, 1, Integer::sum);
                } catch (TimeoutException e) {
                    throw new AssertionError(cases.get(i) + " has not ended: " + Thread.getAllStackTraces().entrySet()
                            .stream()
                            .filter(thread -> thread.getKey().getName().matches("(multifd|fault).*"))
                            .map(thread -> "\n" + thread.getKey() + " " + List.of(thread.getValue())).toList(), e);
                }
            }
        } finally {
            workers.shutdownNow();
            workers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private Verdict run(FaultCase one) throws Exception {
        BlockingQueue<GuestRam> free = memories.get(one.setting().link());
        GuestRam ram = free.take();
        Path own = Files.createDirectory(directory.resolve(String.valueOf(directories.incrementAndGet())));
        try (Trial trial = new Trial(one, methods, ram, own).run()) {
            Verdict verdict = Verdict.of(one, trial);
            trial.checkAftermath();
            log.add(verdict + " | " + one + " | " + text(trial.destinationError) + " | " + text(trial.senderError));
            if (!trial.faults.isEmpty()) {
                wrong.add(one + ": " + trial.faults + " (destination: " + trial.destinationError + "; sender: "
                        + trial.senderError + ")");
                return Verdict.WRONG;
            }
            return verdict;
        } finally {
            free.add(ram);
            Files.delete(own);
        }
    }

    private static String text(MigrationException error) {
        return error == null ? "" : error.kind() + ": " + error.getMessage();
    }

    private static BlockingQueue<GuestRam> memories(Recorded link) {
        BlockingQueue<GuestRam> free = new LinkedBlockingQueue<>();
        for (int i = 0; i < WORKERS; i++) {
            free.add(Trial.ramFor(link));
        }
        return free;
    }

    private void report(int cases, long seconds) throws Exception {
        Map<Verdict, Integer> sum = new EnumMap<>(Verdict.class);
        StringBuilder text = new StringBuilder();
        counts.forEach((what, verdicts) -> {
            text.append(what).append(' ').append(verdicts).append('\n');
            verdicts.forEach((verdict, count) -> sum.merge(verdict, count, Integer::sum));
        });
        text.append(cases).append(" cases in ").append(seconds).append(" s: ").append(sum).append('\n');
        System.out.println("faults: " + cases + " cases in " + seconds + " s: " + sum);
        Path target = Files.createDirectories(Path.of("target", "faults"));
        Files.writeString(target.resolve("counts.txt"), text);
        Files.write(target.resolve("cases.txt"), log);
        Files.write(target.resolve("wrong.txt"), wrong);
    }
}
