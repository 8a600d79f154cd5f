package org.multifd.bench.endtoend;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.multifd.bench.endtoend.Setting.Kind;
import org.multifd.bench.figure.Spread;

/**
 * Does everything once a round, each round begun by another setting, so that what else the machine does hits all of
 * them alike. Ratios are taken within a round.
 */
final class Rounds {

    private final List<Setting> settings;
    private final Trial trial;
    private final double gigabytes;
    private final Map<Setting, List<Map<String, Double>>> measured = new LinkedHashMap<>();

    Rounds(List<Setting> settings, Trial trial, double gigabytes) {
        this.settings = settings;
        this.trial = trial;
        this.gigabytes = gigabytes;
        settings.forEach(each -> measured.put(each, new ArrayList<>()));
    }

    /** @param progress gets a line for each trial */
    void measure(int rounds, PrintStream progress) throws IOException {
        for (int round = 0; round < rounds; round++) {
            List<Setting> turns = new ArrayList<>(settings);
            Collections.rotate(turns, -round * settings.size() / rounds);
            for (Setting each : turns) {
                progress.printf("round %d of %d: %s%n", round + 1, rounds, each.title());
                try {
                    measured.get(each).add(trial.run(each));
                } catch (IOException e) {
                    throw new IOException(each.title() + ": " + e.getMessage(), e);
                }
            }
            for (Setting each : settings) {
                compare(each, round);
            }
        }
    }

    private void compare(Setting of, int round) {
        Map<String, Double> figures = measured.get(of).get(round);
        if (of.kind() == Kind.CODEC) {
            return;
        }
        Map<String, Double> qemu = figures(Kind.QEMU, of.kind() == Kind.PUMP ? "none" : rival(of.method().method()), of,
                round);
        if (qemu != null && of.kind() != Kind.QEMU) {
            figures.put("ratio_to_qemu", qemu.get("seconds") / figures.get("seconds"));
            figures.put("cpu_ratio_to_qemu", cpu(qemu) / cpu(figures));
        }
        Map<String, Double> pump = figures(Kind.PUMP, null, of, round);
        Map<String, Double> codec = figures(Kind.CODEC, of.method().method(), of, round);
        if (pump == null || of.kind() == Kind.PUMP) {
            return;
        }
        if (of.method().method().equals("none")) {
            figures.put("ratio_to_limit", pump.get("seconds") / figures.get("seconds"));
            figures.put("cpu_ratio_to_limit", cpu(pump) / cpu(figures));
        } else if (codec != null) {
            double parts = codec.get("encode_s_gb") + codec.get("decode_s_gb")
                    + cpu(pump) * codec.get("payload_mb_gb") * 1e-3;
            int cores = Runtime.getRuntime().availableProcessors();
            figures.put("ratio_to_limit", parts / cores * gigabytes / figures.get("seconds"));
            figures.put("cpu_ratio_to_limit", parts / cpu(figures));
        }
    }

    /** lz4 is what a user of QEMU's zstd would take instead. */
    private static String rival(String method) {
        return method.equals("lz4") ? "zstd" : method;
    }

    private static double cpu(Map<String, Double> figures) {
        return figures.get("source_cpu_s_gb") + figures.get("destination_cpu_s_gb")
                + figures.getOrDefault("relay_cpu_s_gb", 0.0);
    }

    /** @param method null for any */
    private Map<String, Double> figures(Kind kind, String method, Setting beside, int round) {
        return settings.stream().filter(each -> each.kind() == kind
                        && (method == null || each.method().method().equals(method))
                        && (kind == Kind.CODEC || each.channels() == beside.channels()))
                .findFirst().map(each -> measured.get(each).get(round)).orElse(null);
    }

    List<Outcome> outcomes() {
        List<Outcome> outcomes = new ArrayList<>();
        measured.forEach((of, rounds) -> {
            Map<String, Spread> figures = new LinkedHashMap<>();
            TreeSet<String> names = new TreeSet<>();
            rounds.forEach(each -> names.addAll(each.keySet()));
            for (String name : names) {
                double[] values = rounds.stream().mapToDouble(each -> each.getOrDefault(name, Double.NaN))
                        .filter(value -> !Double.isNaN(value)).toArray();
                if (values.length > 0) {
                    figures.put(name, Spread.of(values));
                }
            }
            outcomes.add(new Outcome(of, figures));
        });
        return outcomes;
    }
}
