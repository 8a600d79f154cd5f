package org.multifd.cli.report;

import java.util.Map;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.core.MigrationStats;

/** For programs: lines of JSON, each of a {@code message_type}. */
public final class JsonSendReport implements SendReport {

    private final Console console;
    private final long bytesToSend;

    public JsonSendReport(Console console, long bytesToSend) {
        this.console = console;
        this.bytesToSend = bytesToSend;
    }

    @Override
    public long progressMillis() {
        return Json.PROGRESS_MILLIS;
    }

    @Override
    public void progress(MigrationStats stats) {
        SendProgress progress = SendProgress.of(stats, bytesToSend);
        Map<String, Object> line = Json.message("progress");
        line.put("percent", progress.percent());
        line.put("bytes_to_send", bytesToSend);
        line.put("seconds_left", progress.secondsLeft());
        figures(line, stats);
        console.result(Json.line(line));
    }

    @Override
    public void summary(MigrationStats stats, String from, String to) {
        Map<String, Object> line = Json.message("summary");
        line.put("from", from);
        line.put("to", to);
        line.put("method", stats.method());
        line.put("page_size", stats.pageSize());
        figures(line, stats);
        line.put("codec_seconds", stats.codecNanos() * 1e-9);
        console.result(Json.line(line));
    }

    private void figures(Map<String, Object> line, MigrationStats stats) {
        line.put("ram_bytes", stats.ramBytes());
        line.put("rounds", stats.rounds());
        line.put("wire_bytes", stats.wireBytes());
        line.put("bytes_per_second", SendProgress.of(stats, bytesToSend).bytesPerSecond());
        line.put("ratio", stats.ratio());
        line.put("normal_pages", stats.normalPages());
        line.put("zero_pages", stats.zeroPages());
        line.put("seconds", stats.elapsedNanos() * 1e-9);
        line.put("main_bytes", stats.mainBytes());
        line.put("channels", stats.channels().stream().map(Progress::json).toList());
    }
}
