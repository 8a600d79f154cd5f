package org.multifd.cli.demo;

import java.util.List;
import java.util.Map;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.provider.Provenance;
import org.multifd.cli.report.Progress;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.ProviderInfo;

/** For programs: lines of JSON, each of a {@code message_type}. */
public final class JsonDemoReport implements DemoReport {

    private final Console console;

    public JsonDemoReport(Console console) {
        this.console = console;
    }

    @Override
    public void skipped(ProviderInfo method) {
        Map<String, Object> line = Json.message("skipped");
        line.put("method", method.name());
        line.put("reason", method.availability().detail());
        console.result(Json.line(line));
    }

    @Override
    public void start(List<ProviderInfo> methods, long size, MigrationParameters parameters) {
        // the results say it all
    }

    @Override
    public long progressMillis() {
        return Json.PROGRESS_MILLIS;
    }

    @Override
    public void progress(ProviderInfo method, MigrationStats stats) {
        Map<String, Object> line = Json.message("progress");
        line.put("method", method.name());
        line.put("rounds", stats.rounds());
        line.put("percent_of_ram", Progress.percentOfRam(stats));
        line.put("remaining_pages", stats.remainingPages());
        line.put("wire_bytes", stats.wireBytes());
        line.put("bandwidth_bytes_per_second", stats.bandwidth());
        line.put("dirty_bytes_per_second", stats.dirtyRate());
        line.put("seconds", stats.elapsedNanos() * 1e-9);
        console.result(Json.line(line));
    }

    @Override
    public void result(DemoResult result) {
        MigrationStats stats = result.stats();
        Map<String, Object> line = Json.message("result");
        line.put("method", result.method().name());
        line.put("provider", Provenance.of(result.method()));
        line.put("identical", result.identical());
        line.put("difference", result.difference());
        line.put("ram_bytes", stats.ramBytes());
        line.put("wire_bytes", stats.wireBytes());
        line.put("ratio", stats.ratio());
        line.put("bytes_per_second", result.bytesPerSecond());
        line.put("normal_pages", stats.normalPages());
        line.put("zero_pages", stats.zeroPages());
        line.put("channels", stats.channels().size());
        line.put("rounds", stats.rounds());
        line.put("seconds", result.seconds());
        line.put("downtime_milliseconds", stats.downtimeNanos() * 1e-6);
        line.put("cpu_seconds", result.cpuSeconds());
        line.put("codec_seconds", stats.codecNanos() * 1e-9);
        console.result(Json.line(line));
    }

    @Override
    public void summary(List<DemoResult> results, long nanos) {
        long identical = results.stream().filter(DemoResult::identical).count();
        Map<String, Object> line = Json.message("summary");
        line.put("methods", results.size());
        line.put("identical", identical);
        line.put("different", results.size() - identical);
        line.put("seconds", nanos * 1e-9);
        console.result(Json.line(line));
    }
}
