package live;

import java.util.concurrent.TimeUnit;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationParameters;
import org.multifd.core.RamSupplier;

/** Waits for a counter and lets it go on here. */
public final class Destination {

    private Destination() {
    }

    public static void main(String[] args) throws Exception {
        RamSupplier memory = RamSupplier.allocating(1L << 30);
        try (MigrationDestination destination = new MigrationDestination(MethodRegistry.load(),
                MigrationParameters.defaults(), memory)) {
            System.out.println("listening on " + destination.listen(args[0]));
            destination.receive();
            Counter counter = new Counter(destination.ram(), destination.deviceState());
            long arrived = counter.count();
            System.out.printf("arrived at %d, %s%n", arrived, counter.intact() ? "intact" : "DAMAGED");
            counter.resume();
            TimeUnit.MILLISECONDS.sleep(200);
            counter.pause();
            System.out.println(counter.intact() && counter.count() > arrived ? "goes on" : "DAMAGED");
        }
    }
}
