package org.multifd.cli.report;

import java.util.List;
import java.util.Locale;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.core.MigrationStats;

/** For people: what is going on, then what was sent. */
public final class TextSendReport implements SendReport {

    private final Console console;
    private final long bytesToSend;

    public TextSendReport(Console console, long bytesToSend) {
        this.console = console;
        this.bytesToSend = bytesToSend;
    }

    @Override
    public long progressMillis() {
        return console.progressMillis();
    }

    @Override
    public void progress(MigrationStats stats) {
        SendProgress progress = SendProgress.of(stats, bytesToSend);
        String line = String.format(Locale.ROOT, "%.0f %% of %s, %.1f MB sent, %.1f MB/s, ratio %.2f",
                progress.percent(), ByteSize.show(bytesToSend), stats.wireBytes() / 1e6,
                progress.bytesPerSecond() / 1e6, stats.ratio());
        if (progress.percent() >= 100) {
            line += ", waiting for the destination";
        } else if (Double.isFinite(progress.secondsLeft())) {
            line += String.format(Locale.ROOT, ", %.0f s left", progress.secondsLeft());
        }
        console.progress(line);
    }

    @Override
    public void summary(MigrationStats stats, String from, String to) {
        double seconds = stats.elapsedNanos() * 1e-9;
        console.result(String.format(Locale.ROOT,
                "%s is loaded at %s: %s of RAM (%d normal and %d zero pages), method %s, %.1f MB in %.2f s, %.1f "
                + "MB/s, ratio %.2f", from, to, ByteSize.show(stats.ramBytes()), stats.normalPages(),
                stats.zeroPages(), stats.method(), stats.wireBytes() / 1e6, seconds, stats.wireBytes() / 1e6 / seconds,
                stats.ratio()));
        List<MigrationStats.Channel> channels = stats.channels();
        for (int i = 0; i < channels.size(); i++) {
            MigrationStats.Channel each = channels.get(i);
            console.note(String.format(Locale.ROOT, "channel %d: %.1f MB in %d packets, %d normal and %d zero pages", i,
                    each.bytes() / 1e6, each.packets(), each.normalPages(), each.zeroPages()));
        }
    }
}
