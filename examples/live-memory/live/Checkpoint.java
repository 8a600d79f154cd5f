package live;

import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.MigrationStats;
import org.multifd.core.RamSupplier;

/** Keeps a counter in a file while it counts, and lets another one go on from there. */
public final class Checkpoint {

    private static final MethodRegistry METHODS = MethodRegistry.load();
    private static final MigrationParameters PARAMETERS = MigrationParameters.builder()
            .set("multifd-channels", 4)
            .set("downtime-limit", 50)
            .build();

    private Checkpoint() {
    }

    public static void main(String[] args) throws Exception {
        Counter counter = new Counter();
        counter.resume();
        try {
            MigrationStats stats = new MigrationSource(METHODS, PARAMETERS,
                    counter.ram(), counter.dirty(), counter).migrate(args[0]);
            System.out.printf("saved at %d: %d rounds, paused for %.1f ms%n", counter.count(),
                    stats.rounds(), stats.downtimeNanos() / 1e6);
            counter.resume(); // after success it is paused, and may as well go on here
        } finally {
            counter.pause();
        }
        Counter restored = restore(args[0]);
        System.out.printf("restored at %d, %s%n", restored.count(), restored.intact() ? "intact" : "DAMAGED");
    }

    private static Counter restore(String uri) throws Exception {
        try (MigrationDestination file = new MigrationDestination(METHODS, PARAMETERS,
                RamSupplier.allocating(1L << 30))) {
            file.listen(uri); // reads and checks all but the pages
            file.receive();
            return new Counter(file.ram(), file.deviceState());
        }
    }
}
