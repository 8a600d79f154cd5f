package org.multifd.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.core.FileUri;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationStats;
import org.multifd.core.SnapshotInfo;

/** Tells how a snapshot is written anew: to people, or as JSON lines by {@code message_type}. */
public final class ConvertReport {

    private final Console console;
    private final Path from;
    private final FileUri to;
    private final boolean json;

    public ConvertReport(Console console, Path from, FileUri to, boolean json) {
        this.console = console;
        this.from = from;
        this.to = to;
        this.json = json;
    }

    public long progressMillis() {
        return json ? Json.PROGRESS_MILLIS : console.progressMillis();
    }

    public void progress(MigrationStats stats) {
        if (json) {
            console.result(Json.line(figures("progress", stats)));
        } else {
            console.progress(String.format(Locale.ROOT, "%.1f s, %.0f %% of RAM", stats.elapsedNanos() * 1e-9,
                    Progress.percentOfRam(stats)));
        }
    }

    /** What was written is looked at again. */
    public void summary(MigrationStats stats) throws MigrationException {
        SnapshotInfo info = SnapshotInfo.read(to);
        long bytes = info.streamBytes() - to.offset();
        if (json) {
            Map<String, Object> line = figures("summary", stats);
            line.put("file", to.path().toString());
            line.put("compression", info.compression());
            line.put("snapshot_bytes", bytes);
            console.result(Json.line(line));
            return;
        }
        long present = info.blocks().stream().mapToLong(SnapshotInfo.Block::presentPages).sum() * info.pageSize();
        console.result(String.format(Locale.ROOT, "%s: a guest of %s, %s of it not zero, in %s with method %s, "
                + "converted in %.1f s", to.path(), ByteSize.show(stats.ramBytes()), ByteSize.show(present),
                ByteSize.show(bytes), info.compression(), stats.elapsedNanos() * 1e-9));
        console.note(String.format(Locale.ROOT, "%s had %s with method %s", from, size(), stats.method()));
    }

    private String size() {
        try {
            return ByteSize.show(Files.size(from));
        } catch (IOException e) {
            return "an unknown size"; // somebody has taken it away since
        }
    }

    private static Map<String, Object> figures(String type, MigrationStats stats) {
        Map<String, Object> line = Json.message(type);
        line.put("method", stats.method());
        line.put("ram_bytes", stats.ramBytes());
        line.put("percent_of_ram", Progress.percentOfRam(stats));
        line.put("normal_pages", stats.normalPages());
        line.put("zero_pages", stats.zeroPages());
        line.put("seconds", stats.elapsedNanos() * 1e-9);
        return line;
    }
}
