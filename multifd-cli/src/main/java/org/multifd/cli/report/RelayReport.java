package org.multifd.cli.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationStats.State;
import org.multifd.core.RelayStats;

/** Tells how relayed migrations go: to people, or as JSON lines by {@code message_type}. */
public final class RelayReport {

    private final Console console;
    private final boolean json;
    private volatile long migration;

    public RelayReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    public void listening(String address) {
        console.listening(address, json);
    }

    public long progressMillis() {
        return json ? Json.PROGRESS_MILLIS : console.progressMillis();
    }

    /** The next migration is waited for. */
    public void next() {
        migration++;
    }

    public void progress(RelayStats stats) {
        if (stats.state() != State.ACTIVE) {
            return; // silent between migrations
        }
        if (json) {
            console.result(Json.line(figures("progress", stats)));
        } else {
            console.progress(line(stats));
        }
    }

    private static String line(RelayStats stats) {
        String text = String.format(Locale.ROOT, "%s to %s: %.1f s, in %.1f MB at %.1f MB/s, out %.1f MB at %.1f MB/s",
                stats.incomingMethod().isEmpty() ? "?" : stats.incomingMethod(), stats.outgoingMethod(), seconds(stats),
                stats.bytesIn() / 1e6, stats.bytesIn() / 1e6 / seconds(stats), stats.bytesOut() / 1e6,
                stats.bytesOut() / 1e6 / seconds(stats));
        if (stats.ramBytes() > 0) {
            text += String.format(Locale.ROOT, ", %.0f %% of RAM", Progress.percentOfRam(stats));
        }
        return Double.isFinite(secondsLeft(stats)) ? text + String.format(Locale.ROOT, ", %.0f s left",
                secondsLeft(stats)) : text;
    }

    /** The one line that a script counts. */
    public void summary(RelayStats stats) {
        if (json) {
            console.result(Json.line(figures("summary", stats)));
            return;
        }
        console.result(String.format(Locale.ROOT,
                "relayed a guest of %s in %.1f s: in by %s %.1f MB, ratio %.2f, out by %s %.1f MB, ratio %.2f, %d "
                + "channels; %s", size(stats), seconds(stats), stats.incomingMethod().isEmpty()
                ? "no method, as no page had content," : stats.incomingMethod(),
                stats.bytesIn() / 1e6, stats.ratioIn(), stats.outgoingMethod(), stats.bytesOut() / 1e6,
                stats.ratioOut(), stats.channels().size(),
                stats.confirmed() ? "the destination has loaded it"
                : "nobody says that it was loaded, without return path"));
        for (RelayStats.Channel each : channels(stats)) {
            console.note(String.format(Locale.ROOT,
                    "channel %d: in %.1f MB, out %.1f MB, %d packets, %d normal and %d zero pages",
                    each.id(), each.bytesIn() / 1e6, each.bytesOut() / 1e6, each.packets(), each.normalPages(),
                    each.zeroPages()));
        }
    }

    private static String size(RelayStats stats) {
        return stats.ramBytes() > 0 ? ByteSize.show(stats.ramBytes())
                : "unknown size (main channel copied, not understood: -v says why)";
    }

    /** They come in any order. */
    private static List<RelayStats.Channel> channels(RelayStats stats) {
        return stats.channels().stream().sorted(Comparator.comparingInt(RelayStats.Channel::id)).toList();
    }

    /** One migration has failed: for programs; what people are told is the caller's. */
    public void failed(MigrationException error) {
        if (json) {
            console.result(Json.line(Json.failure(message("failed"), error.kind(), error.getMessage())));
        }
    }

    private static double seconds(RelayStats stats) {
        return Math.max(stats.elapsedNanos(), 1) * 1e-9;
    }

    /** Of the first round; of later ones only the source knows what is left. */
    private static double secondsLeft(RelayStats stats) {
        double percent = Progress.percentOfRam(stats);
        return percent >= 100 ? Double.NaN : Progress.secondsLeft(seconds(stats), percent);
    }

    private Map<String, Object> message(String type) {
        Map<String, Object> line = Json.timed(type);
        line.put("migration", migration);
        return line;
    }

    private Map<String, Object> figures(String type, RelayStats stats) {
        Map<String, Object> line = message(type);
        line.put("incoming_method", stats.incomingMethod());
        line.put("outgoing_method", stats.outgoingMethod());
        line.put("ram_bytes", stats.ramBytes());
        line.put("percent_of_ram", Progress.percentOfRam(stats));
        line.put("marks", stats.rounds());
        line.put("bytes_in", stats.bytesIn());
        line.put("bytes_out", stats.bytesOut());
        line.put("main_bytes", stats.mainBytes());
        line.put("return_bytes", stats.returnBytes());
        line.put("ratio_in", stats.ratioIn());
        line.put("ratio_out", stats.ratioOut());
        line.put("normal_pages", stats.normalPages());
        line.put("zero_pages", stats.zeroPages());
        line.put("channels", channels(stats).stream().map(RelayReport::channel).toList());
        line.put("confirmed", stats.confirmed());
        line.put("seconds", seconds(stats));
        line.put("seconds_left", secondsLeft(stats));
        return line;
    }

    private static Map<String, Object> channel(RelayStats.Channel channel) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("id", channel.id());
        values.put("bytes_in", channel.bytesIn());
        values.put("bytes_out", channel.bytesOut());
        values.put("packets", channel.packets());
        values.put("normal_pages", channel.normalPages());
        values.put("zero_pages", channel.zeroPages());
        values.put("payload_bytes_in", channel.payloadBytesIn());
        values.put("payload_bytes_out", channel.payloadBytesOut());
        return values;
    }
}
