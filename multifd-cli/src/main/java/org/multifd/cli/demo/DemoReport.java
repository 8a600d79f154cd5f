package org.multifd.cli.demo;

import java.util.List;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationStats;
import org.multifd.core.ProviderInfo;

/** Tells how the demo goes. */
public interface DemoReport {

    /** A method that was found but cannot be used here. */
    void skipped(ProviderInfo method);

    void start(List<ProviderInfo> methods, long size, MigrationParameters parameters);

    /** How often {@link #progress} is wanted. */
    long progressMillis();

    void progress(ProviderInfo method, MigrationStats stats);

    void result(DemoResult result);

    void summary(List<DemoResult> results, long nanos);
}
