package com.example.program;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.multifd.core.DirtyBitmap;
import org.multifd.core.Guest;
import org.multifd.core.GuestRam;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationDestination;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationParameters;
import org.multifd.core.MigrationSource;
import org.multifd.core.ProviderInfo;
import org.multifd.core.RamSupplier;

/**
 * Lists the methods that this program has, and moves some memory by one of them:
 * {@code Program METHOD [JAR OR DIRECTORY...]}.
 */
public final class Program {

    private static final int PAGES = 256;

    private Program() {
    }

    public static void main(String[] args) throws Exception {
        MethodRegistry.Builder builder = MethodRegistry.builder();
        for (int i = 1; i < args.length; i++) {
            builder.path(Path.of(args[i]));
        }
        MethodRegistry methods = builder.load();
        for (ProviderInfo each : methods.methods()) {
            System.out.printf("%s: %s, from the %s%n", each.name(), each.serves() ? "usable"
                    : each.availability().detail(), each.layer().equals("class path") ? "class path" : "directory");
        }
        methods.problems().forEach(each -> System.out.println(each.getMessage()));
        try {
            System.out.println(move(methods, args[0]) ? "moved by " + args[0] : "DAMAGED");
        } catch (MigrationException e) {
            System.out.println(e.getMessage());
            System.exit(e.kind().exitCode());
        }
    }

    private static boolean move(MethodRegistry methods, String method) throws Exception {
        GuestRam ram = GuestRam.builder(4096).block("memory", PAGES * 4096L).build();
        for (int i = 0; i < PAGES; i++) {
            ram.write("memory", i * 4096L, ByteBuffer.allocate(4).putInt(i + 1).flip());
        }
        MigrationParameters parameters = MigrationParameters.builder().set("multifd-compression", method).build();
        try (MigrationDestination destination = new MigrationDestination(methods, MigrationParameters.defaults(),
                RamSupplier.allocating(1 << 20))) {
            String address = destination.listen("tcp:" + InetAddress.getLoopbackAddress().getHostAddress() + ":0");
            CompletableFuture<Void> received = CompletableFuture.runAsync(() -> receive(destination));
            new MigrationSource(methods, parameters, ram, new DirtyBitmap(ram), new Idle()).migrate(address);
            received.get();
            ByteBuffer last = ByteBuffer.allocate(4);
            destination.ram().read("memory", (PAGES - 1) * 4096L, last);
            return last.getInt(0) == PAGES;
        }
    }

    private static void receive(MigrationDestination destination) {
        try {
            destination.receive();
        } catch (MigrationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes nothing while its memory moves. */
    private static final class Idle implements Guest {

        @Override
        public void pause() {
        }

        @Override
        public void resume() {
        }

        @Override
        public byte[] deviceState() {
            return new byte[0];
        }
    }
}
