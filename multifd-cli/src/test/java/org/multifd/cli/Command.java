package org.multifd.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;

/** A command that listens, in a thread of its own. */
final class Command extends OutputStream {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    final Cli cli = new Cli(new Console(new PrintStream(this, true, StandardCharsets.UTF_8), Run.stream(err), false,
            80), MethodRegistry::load);
    final CompletableFuture<Integer> code;

    Command(String... args) {
        code = CompletableFuture.supplyAsync(() -> cli.run(args));
    }

    @Override
    public synchronized void write(int b) {
        if (b != '\n') {
            line.write(b);
        } else {
            lines.add(line.toString(StandardCharsets.UTF_8).strip());
            line.reset();
        }
    }

    String line() throws InterruptedException {
        return lines.take();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
