package org.multifd.cli.report;

import org.multifd.core.MigrationStats;

/** What is said about a snapshot that migrates. Progress comes from another thread. */
public interface SendReport {

    long progressMillis();

    void progress(MigrationStats stats);

    void summary(MigrationStats stats, String from, String to);
}
