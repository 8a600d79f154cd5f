package org.multifd.cli.demo;

import java.util.List;
import java.util.Locale;
import org.multifd.cli.console.ByteSize;
import org.multifd.cli.console.Console;
import org.multifd.cli.provider.Provenance;
import org.multifd.cli.report.Progress;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.ProviderInfo;

/** For people: a row per method as it ends, and between them what is going on. */
public final class TableDemoReport implements DemoReport {

    private static final String INDENT = "  ";

    private final Console console;
    private String format;
    private int providerWidth;

    public TableDemoReport(Console console) {
        this.console = console;
    }

    @Override
    public void skipped(ProviderInfo method) {
        console.note("not usable here: method " + method.name() + " of " + Provenance.of(method) + ": "
                + method.availability().detail());
    }

    @Override
    public void start(List<ProviderInfo> methods, long size, MigrationParameters parameters) {
        console.note("a guest of " + ByteSize.show(size) + ", changing while it moves over "
                + parameters.multifdChannels() + (parameters.multifdChannels() == 1 ? " channel" : " channels"));
        int name = methods.stream().mapToInt(each -> each.name().length()).max().orElse(0);
        providerWidth = methods.stream().mapToInt(each -> Provenance.of(each).length()).max().orElse(0);
        format = "%-" + Math.max(name, 6) + "s  %8s  %6s  %6s  %6s  %9s  %6s  %s";
        String header = String.format(format, "method", "wire MB", "ratio", "MB/s", "rounds", "downtime", "CPU s",
                "RAM");
        console.result(withProvider(header, "provider"));
        console.status("making the guest");
    }

    @Override
    public long progressMillis() {
        return console.progressMillis();
    }

    @Override
    public void progress(ProviderInfo method, MigrationStats stats) {
        double seconds = stats.elapsedNanos() * 1e-9;
        String line = String.format(Locale.ROOT, "%s: round %d, %.1f s, %.1f MB sent", method.name(), stats.rounds(),
                seconds, stats.wireBytes() / 1e6);
        if (stats.rounds() > 1) {
            line += String.format(Locale.ROOT, ", dirty rate %.1f MB/s", stats.dirtyRate() / 1e6);
        } else {
            line += String.format(Locale.ROOT, " for %.0f %% of RAM", Progress.percentOfRam(stats));
        }
        console.progress(line);
    }

    @Override
    public void result(DemoResult result) {
        MigrationStats stats = result.stats();
        String row = String.format(Locale.ROOT, format, result.method().name(),
                String.format(Locale.ROOT, "%.1f", stats.wireBytes() / 1e6),
                String.format(Locale.ROOT, "%.2f", stats.ratio()),
                String.format(Locale.ROOT, "%.0f", result.bytesPerSecond() / 1e6),
                stats.rounds(),
                String.format(Locale.ROOT, "%.1f ms", stats.downtimeNanos() * 1e-6),
                String.format(Locale.ROOT, "%.2f", result.cpuSeconds()),
                result.identical() ? "identical" : "DIFFERENT");
        console.result(withProvider(row, Provenance.of(result.method())));
        if (!result.identical()) {
            console.note("method " + result.method().name() + ": " + result.difference());
        }
    }

    /** The provider stands at the row's end if all of them fit there, otherwise below it. */
    private String withProvider(String row, String provider) {
        int beside = String.format(format, "", "", "", "", "", "", "", "identical").length() + INDENT.length();
        return beside + providerWidth <= console.columns()
                ? String.format("%-" + beside + "s%s", row, provider) : row + System.lineSeparator() + INDENT
                + provider;
    }

    @Override
    public void summary(List<DemoResult> results, long nanos) {
        long different = results.stream().filter(each -> !each.identical()).count();
        console.note(String.format(Locale.ROOT, "%s in %.1f s", different == 0
                ? "RAM and device state arrived identical with " + (results.size() == 1 ? "the method" : "all "
                + results.size() + " methods")
                : "RAM or device state arrived DIFFERENT with " + different + " of " + results.size()
                + " methods, please report it", nanos * 1e-9));
    }
}
