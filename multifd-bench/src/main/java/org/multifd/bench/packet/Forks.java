package org.multifd.bench.packet;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs cases by JMH, each in a fresh JVM, and hands out each iteration's counters. */
final class Forks {

    private final Effort effort;
    private final Path log;

    /** @param log where JMH writes, and where a fork's failure is to be read */
    Forks(Effort effort, Path log) {
        this.effort = effort;
        this.log = log;
        // JMH refuses to run beside another JMH; here rivals take turns and processor time is measured.
        System.setProperty("jmh.ignoreLock", "true");
    }

    List<Map<String, Double>> run(Case of) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + of.benchmark().getName() + "\\.")
                .forks(1)
                .warmupIterations(effort.warmups()).warmupTime(effort.warmup())
                .measurementIterations(effort.iterations()).measurementTime(effort.iteration())
                .jvmArgs(jvmArgs(effort))
                .shouldFailOnError(true)
                .output(log.toString());
        of.params().forEach(options::param);
        List<Map<String, Double>> iterations = new ArrayList<>();
        for (RunResult run : new Runner(options.build()).run()) {
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    Map<String, Double> counters = new LinkedHashMap<>();
                    iteration.getSecondaryResults().forEach((name, result) -> counters.put(name, result.getScore()));
                    iterations.add(counters);
                }
            }
        }
        return iterations;
    }

    /** The codecs are native libraries, and lz4-java uses Unsafe: newer JVMs want to be told. */
    private static String[] jvmArgs(Effort effort) {
        // An image, its pages without gaps, both once more as they arrived, the payloads: five sizes, and what is
        // small.
        int direct = 5 * Math.max(effort.imageMebibytes(), effort.scanMebibytes()) + 256;
        List<String> args = new ArrayList<>(List.of("-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=" + direct + "m"));
        int feature = Runtime.version().feature();
        if (feature >= 22) {
            args.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= 23) {
            args.add("--sun-misc-unsafe-memory-access=allow");
        }
        return args.toArray(String[]::new);
    }
}
