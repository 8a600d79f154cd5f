package org.multifd.install;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.eclipse.aether.resolution.ArtifactResult;

/**
 * The process. Its lines on standard output are {@code progress TEXT}, one {@code artifact COORDINATES FILE REPOSITORY}
 * for each file that was fetched, the provider's first, and {@code failed KIND MESSAGE}. It ends when the process that
 * started it has gone, which closes standard input.
 */
public final class Main {

    private Main() {
    }

    /**
     * Fetches one provider.
     *
     * @param args the options and the coordinates
     */
    public static void main(String[] args) {
        Output output = new Output(System.out);
        PrintStream others = System.err;
        System.setOut(others); // a library that prints does not print lines of this protocol
        Thread watch = new Thread(Main::awaitParent, "parent");
        watch.setDaemon(true);
        watch.start();
        System.exit(run(Request.of(List.of(args)), output));
    }

    private static void awaitParent() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            // it has gone in another way
        }
        Runtime.getRuntime().halt(1);
    }

    private static int run(Request request, Output output) {
        try (Resolution resolution = new Resolution(request, new UserSettings(request), output)) {
            for (ArtifactResult each : resolution.fetch()) {
                output.line("artifact", each.getArtifact().toString(), each.getArtifact().getPath().toString(),
                        each.getRepository() == null ? "" : each.getRepository().getId());
            }
            return 0;
        } catch (Failure e) {
            output.line("failed", e.kind().name(), e.getMessage());
            return 1;
        }
    }
}
