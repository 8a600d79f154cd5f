package org.multifd.cli.verify;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.multifd.api.Availability;
import org.multifd.cli.console.Logging;
import org.multifd.cli.run.JvmExit;
import org.multifd.cli.verify.ExaminerLine.What;
import org.multifd.core.MigrationException;
import org.multifd.tck.Conformance;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;

/**
 * The process in which {@code multifd verify} runs a provider's code: it may hang, print, end the JVM or take it down.
 * Loads a layer and lists its providers, or checks one of them, and tells what it does in {@link ExaminerLine}s on
 * standard output.
 */
final class Examiner {

    private static final int GONE = 3;
    private static final int LOOKS = 100;

    /** Kept from before any provider's code ran: System.out may be replaced, closed or flooded. */
    private final OutputStream out;
    private volatile boolean ended;

    private Examiner(OutputStream out) {
        this.out = out;
    }

    /**
     * Lists or checks.
     *
     * @param args the path; to check also a provider's class, the {@link KitSettings} and the rules' numbers;
     *     {@code -v} before all that to log
     */
    public static void main(String[] args) {
        List<String> given = List.of(args);
        Logging.configure(given);
        given = given.stream().dropWhile(each -> each.startsWith("-v")).toList();
        Examiner examiner = new Examiner(new FileOutputStream(FileDescriptor.out));
        Runtime.getRuntime().addShutdownHook(new Thread(examiner::tellWhoEndsIt, "examiner's end"));
        daemon("examiner's parent", Examiner::endWithParent);
        daemon("examiner's life", examiner::tellAlive);
        try {
            if (given.size() == 1) {
                examiner.list(ProviderLayer.open(Path.of(given.get(0))));
            } else {
                examiner.check(new LayerSubject(Path.of(given.get(0)), given.get(1),
                        KitSettings.parse(given.subList(2, given.size())),
                        line -> examiner.tell(What.PROGRESS, line)),
                        Rules.of(given.subList(2 + KitSettings.ARGUMENTS, given.size())));
            }
        } catch (MigrationException e) {
            examiner.tell(What.PROBLEM, e.getMessage());
        }
        examiner.tell(What.END);
        examiner.ended = true;
        // a provider's threads are no reason to stay
        System.exit(0);
    }

    private void list(List<ProviderLayer> layers) {
        for (ProviderLayer layer : layers) {
            tell(What.LAYER, layer.path().toString());
            layer.problems().forEach(each -> tell(What.PROBLEM, each));
            for (ProviderLayer.Entry each : layer.providers()) {
                tell(What.PROVIDER, each.name(), each.providerClass(), each.module(), each.version(),
                        each.location(), Integer.toString(each.apiVersion()));
            }
            layer.close();
        }
    }

    private void check(LayerSubject provider, Set<Rule> rules) throws MigrationException {
        WeakReference<ClassLoader> loader = runKit(provider, rules);
        if (rules.contains(Rule.RULE_4_4) && !hangs() && !isCollected(loader)) {
            tell(What.RESULT, Rule.RULE_4_4.number(), RuleResult.Outcome.FAILED.name(),
                    "the layer's class loader cannot be collected after the whole run: a thread, a thread local, a "
                    + "callback or a native reference keeps it");
        }
    }

    /** When this has returned, nothing here holds anything of the layer. Returns its loader. */
    private WeakReference<ClassLoader> runKit(LayerSubject provider, Set<Rule> rules) throws MigrationException {
        // before the layer is opened, which constructs its providers: the kit watches which native libraries that loads
        Conformance kit = new Conformance(provider);
        provider.open();
        for (Rule rule : rules) {
            tell(What.BEGIN, rule.number());
            long begin = System.nanoTime();
            RuleResult result = kit.check(rule);
            tell(provider, result, kit, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            if (result.cause() != null) {
                tell(provider, result.cause(), kit, 0);
            }
        }
        return provider.close();
    }

    private void tell(LayerSubject provider, RuleResult result, Conformance kit, long millis) {
        Availability availability = kit.availability();
        tell(What.RESULT, result.rule().number(), result.outcome().name(), provider.shown(result.detail()),
                Long.toString(millis), availability == null || availability.usable() ? "" : availability.detail());
    }

    /**
     * Whether code of the provider's still runs in a thread of the kit's or of the loader's, and so holds the layer.
     */
    private static boolean hangs() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .anyMatch(name -> name.startsWith("multifd-tck") || name.startsWith("multifd provider"));
    }

    private static boolean isCollected(WeakReference<ClassLoader> loader) {
        for (int look = 0; look < LOOKS && loader.get() != null; look++) {
            System.gc();
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return loader.get() == null;
    }

    /** One write for each line: a pipe takes it in one piece, whatever else is printed meanwhile. */
    private synchronized void tell(What what, String... fields) {
        try {
            out.write(new ExaminerLine(what, fields).encode().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            Runtime.getRuntime().halt(GONE); // nobody listens any more
        }
    }

    private void tellAlive() {
        while (!ended) {
            tell(What.ALIVE);
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Standard input is the parent's; it ends with the parent, however that ended. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // nothing is ever said there
            }
        } catch (IOException e) {
            // as if it had ended
        }
        Runtime.getRuntime().halt(GONE);
    }

    private void tellWhoEndsIt() {
        if (!ended) {
            JvmExit.callers().stream().findFirst().ifPresent(each -> tell(What.EXIT, JvmExit.place(each)));
        }
    }

    /** Who called Runtime.exit on that thread, or null if it is another thread. */
    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
