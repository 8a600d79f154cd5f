package live;

import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;

/** Moves a counter that keeps counting meanwhile. */
public final class Source {

    private Source() {
    }

    public static void main(String[] args) throws Exception {
        Counter counter = new Counter();
        counter.resume();
        MigrationParameters parameters = MigrationParameters.builder()
                .set("multifd-compression", "zlib")
                .set("downtime-limit", 50)
                .build();
        MigrationSource migration = new MigrationSource(MethodRegistry.load(), parameters,
                counter.ram(), counter.dirty(), counter);
        try {
            MigrationStats stats = migration.migrate(args[0]);
            System.out.printf("left at %d: %d rounds, %.1f MB on the wire, paused for %.1f ms%n", counter.count(),
                    stats.rounds(), stats.wireBytes() / 1e6, stats.downtimeNanos() / 1e6);
        } finally {
            counter.pause(); // after a failure it still runs, or runs again
        }
    }
}
