package org.multifd.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.core.MigrationStats;
import org.multifd.core.MigrationStats.State;

/** Tells how a migration into a file goes: to people, or as JSON lines by {@code message_type}. */
public final class ReceiveReport {

    private final Console console;
    private final Path file;
    private final boolean json;

    public ReceiveReport(Console console, Path file, boolean json) {
        this.console = console;
        this.file = file;
        this.json = json;
    }

    public void listening(String address) {
        console.listening(address, json);
    }

    public long progressMillis() {
        return json ? Json.PROGRESS_MILLIS : console.progressMillis();
    }

    public void progress(MigrationStats stats) {
        if (stats.state() == State.SETUP) {
            return; // silent while nothing comes, for hours if need be
        }
        if (json) {
            console.result(Json.line(figures("progress", stats)));
        } else {
            console.progress(line(stats));
        }
    }

    /** Without an estimate of the end: only the source knows what its guest still writes. */
    private static String line(MigrationStats stats) {
        return String.format(Locale.ROOT, "%s: %.1f s, %.1f MB at %.1f MB/s, ratio %.2f, %.0f %% of RAM",
                stats.method().isEmpty() ? "receiving" : stats.method(), seconds(stats),
                stats.wireBytes() / 1e6, bytesPerSecond(stats) / 1e6, stats.ratio(), Progress.percentOfRam(stats));
    }

    public void summary(MigrationStats stats) {
        if (json) {
            Map<String, Object> line = figures("summary", stats);
            line.put("file", file.toString());
            line.put("file_bytes", size());
            console.result(Json.line(line));
            return;
        }
        console.result(String.format(Locale.ROOT, "%s: a guest of %s, received in %.1f s, method %s",
                file, ByteSize.show(stats.ramBytes()), seconds(stats),
                stats.method().isEmpty() ? "unknown, as all pages are zero" : stats.method()));
        console.note(String.format(Locale.ROOT, "%d normal and %d zero pages in %.1f MB, %.1f MB/s, ratio %.2f",
                stats.normalPages(), stats.zeroPages(), stats.wireBytes() / 1e6, bytesPerSecond(stats) / 1e6,
                stats.ratio()));
        for (int i = 0; i < stats.channels().size(); i++) {
            MigrationStats.Channel channel = stats.channels().get(i);
            console.note(String.format(Locale.ROOT, "channel %d: %.1f MB in %d packets, %d normal and %d zero pages", i,
                    channel.bytes() / 1e6, channel.packets(), channel.normalPages(), channel.zeroPages()));
        }
    }

    /** Returns null for a file that somebody has taken away since. */
    private Long size() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return null;
        }
    }

    private static double seconds(MigrationStats stats) {
        return stats.elapsedNanos() * 1e-9;
    }

    /** On the wire, since the first connection. */
    private static double bytesPerSecond(MigrationStats stats) {
        return stats.elapsedNanos() == 0 ? 0 : stats.wireBytes() / seconds(stats);
    }

    private static Map<String, Object> figures(String type, MigrationStats stats) {
        Map<String, Object> line = Json.message(type);
        line.put("method", stats.method());
        // Not the source's rounds: a destination sees only where the stream synchronises.
        line.put("marks", stats.rounds());
        line.put("ram_bytes", stats.ramBytes());
        line.put("percent_of_ram", Progress.percentOfRam(stats));
        line.put("wire_bytes", stats.wireBytes());
        line.put("main_bytes", stats.mainBytes());
        line.put("bytes_per_second", bytesPerSecond(stats));
        line.put("ratio", stats.ratio());
        line.put("normal_pages", stats.normalPages());
        line.put("zero_pages", stats.zeroPages());
        line.put("channels", stats.channels().stream().map(Progress::json).toList());
        line.put("seconds", seconds(stats));
        return line;
    }
}
