package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More silent connections than a process may have descriptors: the right source gets in all the same. */
class DescriptorsTest {

    private static final int DESCRIPTORS = 120;
    private static final int SILENT = 400;
    private static final int MOST_LINES = 60;

    /** The process: a destination, or a relay to the address that is given. */
    static final class Receiver {

        private Receiver() {
        }

        public static void main(String[] args) throws Exception {
            MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", "plain").build();
            MethodRegistry methods = MethodRegistry.of(new PlainMethod("plain"));
            try {
                if (args.length == 0) {
                    MigrationDestination destination = new MigrationDestination(methods, parameters,
                            RamSupplier.allocating(1 << 30));
                    System.out.println(destination.listen("tcp:127.0.0.1:0"));
                    destination.receive();
                } else {
                    Relay relay = new Relay(methods, parameters);
                    System.out.println(relay.listen("tcp:127.0.0.1:0", args[0]));
                    relay.relay();
                }
                System.out.println("arrived");
            } catch (MigrationException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            System.exit(0);
        }
    }

    @ParameterizedTest(name = "relay: {0}")
    @ValueSource(booleans = {false, true})
    void shouldLetTheRightSourceIn(boolean relay) throws Exception {
        try (Pair pair = new Pair()) {
            String behind = pair.listening().listen("tcp:127.0.0.1:0");
            List<String> command = relay ? FullDiskTest.java(Receiver.class, behind)
                    : FullDiskTest.java(Receiver.class);
            Process process = new ProcessBuilder(withFewDescriptors(command)).redirectErrorStream(true).start();
            try (BufferedReader out = process.inputReader()) {
                String address = out.readLine();
                assertTrue(address.startsWith("tcp:"), address);
                if (relay) {
                    MigrationTest.receive(pair.incoming);
                }
                try (HandSource silent = new HandSource(address)) {
                    for (int i = 0; i < SILENT; i++) {
                        silent.connect();
                    }
                    new MigrationSource(pair.sourceMethods, pair.source.build(), pair.guest.ram, pair.log, pair.guest)
                            .migrate(address);
                }
                List<String> said = out.lines().toList();
                assertEquals("arrived", said.get(said.size() - 1), said.toString());
                assertTrue(said.size() < MOST_LINES, said.toString());
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static List<String> withFewDescriptors(List<String> command) {
        List<String> limited = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + DESCRIPTORS
                + " && exec \"$0\" \"$@\""));
        limited.addAll(command);
        return limited;
    }
}
