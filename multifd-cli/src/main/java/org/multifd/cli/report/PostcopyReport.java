package org.multifd.cli.report;

import java.util.Locale;
import java.util.Map;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.core.PostcopyStats;

/** Tells how a snapshot is restored on demand: to people, or as JSON lines by {@code message_type}. */
public final class PostcopyReport {

    private final Console console;
    private final boolean json;

    public PostcopyReport(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    public long progressMillis() {
        return json ? Json.PROGRESS_MILLIS : console.progressMillis();
    }

    public void progress(PostcopyStats stats) {
        if (json) {
            console.result(Json.line(figures("progress", stats)));
        } else {
            console.progress(String.format(Locale.ROOT, "%s, %.0f %% of %s, %d pages pushed, %d asked for",
                    stats.runningNanos() == 0 ? "starting" : String.format(Locale.ROOT, "running after %.0f ms",
                    millis(stats.runningNanos())), percent(stats),
                    ByteSize.show(stats.expectedPages() * stats.pageSize()), stats.pushedPages(),
                    stats.askedPages() + stats.askedZeroPages()));
        }
    }

    public void summary(PostcopyStats stats, String from, String to) {
        if (json) {
            Map<String, Object> line = figures("summary", stats);
            line.put("from", from);
            line.put("to", to);
            console.result(Json.line(line));
            return;
        }
        console.result(String.format(Locale.ROOT, "%s is loaded at %s: running after %.0f ms, complete after %.2f s, "
                + "%s of RAM (%d pages pushed, %d asked for, %d of them zero)", from, to, millis(stats.runningNanos()),
                stats.elapsedNanos() * 1e-9, ByteSize.show(stats.ramBytes()), stats.pushedPages(),
                stats.askedPages() + stats.askedZeroPages(), stats.askedZeroPages()));
        console.note(String.format(Locale.ROOT, "%d requests, answered in %.3f ms (median), %.3f ms (99 %%), %.3f ms "
                + "(worst)", stats.requests(), millis(stats.medianNanos()), millis(stats.p99Nanos()),
                millis(stats.worstNanos())));
        if (stats.presentPages() > 0) {
            console.note(stats.presentPages() + " pages were there before it was resumed");
        }
    }

    /** Tells who has interrupted it where the guest is, unless it is nowhere. */
    public void interrupted(PostcopyStats stats) {
        if (stats.state() == PostcopyStats.State.PAUSED) {
            console.note("multifd: the guest is at the destination and waits there for the rest of its RAM: enter "
                    + "migrate-recover at its monitor, then repeat this command with --resume; do not start the guest "
                    + "anywhere else");
        } else if (stats.state() == PostcopyStats.State.UNKNOWN) {
            console.note("multifd: the guest may be at the destination: check it before you start the guest anywhere "
                    + "else");
        }
    }

    private static double millis(long nanos) {
        return nanos * 1e-6;
    }

    /** Returns how many of the pages with content have been sent; those that were there before may be zero pages. */
    private static double percent(PostcopyStats stats) {
        long sent = stats.pushedPages() + stats.askedPages() + stats.presentPages();
        return stats.expectedPages() == 0 ? 100 : Math.min(100, 100.0 * sent / stats.expectedPages());
    }

    private static Map<String, Object> figures(String type, PostcopyStats stats) {
        Map<String, Object> line = Json.message(type);
        line.put("percent", percent(stats));
        line.put("ram_bytes", stats.ramBytes());
        line.put("page_size", stats.pageSize());
        line.put("wire_bytes", stats.wireBytes());
        line.put("running_milliseconds", stats.runningNanos() == 0 ? null : millis(stats.runningNanos()));
        line.put("pushed_pages", stats.pushedPages());
        line.put("asked_pages", stats.askedPages());
        line.put("asked_zero_pages", stats.askedZeroPages());
        line.put("present_pages", stats.presentPages());
        line.put("expected_pages", stats.expectedPages());
        line.put("requests", stats.requests());
        line.put("latency_median_milliseconds", millis(stats.medianNanos()));
        line.put("latency_p99_milliseconds", millis(stats.p99Nanos()));
        line.put("latency_worst_milliseconds", millis(stats.worstNanos()));
        line.put("seconds", stats.elapsedNanos() * 1e-9);
        return line;
    }
}
