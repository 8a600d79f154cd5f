package org.multifd.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A host without IPv6, or a program that was told not to use it. */
class Ipv4OnlyTest {

    /** The process: what it is told of each address. */
    static final class Program {

        private Program() {
        }

        public static void main(String[] args) {
            MigrationParameters parameters = MigrationParameters.builder().build();
            MethodRegistry methods = MethodRegistry.of(new PlainMethod("none"));
            try (MigrationDestination destination = new MigrationDestination(methods, parameters,
                    RamSupplier.allocating(1 << 20))) {
                destination.listen("tcp:[::1]:0");
            } catch (MigrationException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            try (TestGuest guest = new TestGuest(TestGuest.ram(4096, 1 << 20), 3, new byte[0])) {
                new MigrationSource(methods, parameters, guest.ram, guest.log, guest).migrate("tcp:[::1]:9");
            } catch (MigrationException e) {
                System.out.println(e.kind() + " " + e.getMessage());
            }
            System.exit(0);
        }
    }

    @Test
    void shouldSayThatThereIsNoIpv6() throws Exception {
        List<String> command = new ArrayList<>(FullDiskTest.java(Program.class));
        command.add(1, "-Djava.net.preferIPv4Stack=true");
        Process process = new ProcessBuilder(command).start();
        try (BufferedReader out = process.inputReader()) {
            assertEquals(List.of(
                    "PEER cannot listen on tcp:[::1]:0: this host has no IPv6; give an IPv4 address of it",
                    "PEER cannot connect to tcp:[::1]:9: this host has no IPv6; give an IPv4 address of the "
                            + "destination"),
                    out.lines().toList());
        } finally {
            process.destroyForcibly();
        }
    }
}
