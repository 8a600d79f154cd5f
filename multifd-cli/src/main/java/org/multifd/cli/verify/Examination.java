package org.multifd.cli.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.multifd.cli.run.Ticker;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/**
 * Has every provider of a path checked, each in a process of its own. If that process ends before its time the rule
 * that was being checked is broken, and another one goes on behind it.
 */
public final class Examination {

    /** What every rule begins with: if that ends the process there is nothing to go on with. */
    private static final Set<Rule> FIRST = EnumSet.of(Rule.RULE_1_3, Rule.RULE_1_4);
    private static final int SIGNAL_MILLIS = 1000;
    private static final int PROGRESS_MILLIS = 200;

    private final VerifyReport report;
    private final Consumer<String> errors;
    private final List<String> logging;
    private final Set<Rule> rules;
    private final KitSettings settings;
    private final List<Verdict> verdicts = new ArrayList<>();
    private int problems;
    private ExaminerProcess running;
    private volatile boolean cancelled;

    /** The errors take what providers print to standard error. */
    public Examination(VerifyReport report, Consumer<String> errors, List<String> logging, Set<Rule> rules,
            KitSettings settings) {
        this.report = report;
        this.errors = errors;
        this.logging = logging;
        this.rules = rules;
        this.settings = settings;
    }

    public List<Verdict> verdicts() {
        return verdicts;
    }

    public int problems() {
        return problems;
    }

    /** Ends what runs; nothing is started any more. */
    public synchronized void cancel() {
        cancelled = true;
        if (running != null) {
            running.close();
        }
        notifyAll();
    }

    public void run(Path path) throws MigrationException {
        for (Candidate each : list(path)) {
            check(each);
        }
    }

    private List<Candidate> list(Path path) throws MigrationException {
        List<Candidate> candidates = new ArrayList<>();
        boolean complete = false;
        try (ExaminerProcess process = start(List.of(path.toString()))) {
            Path layer = path;
            for (ExaminerLine line = process.next(); line != null; line = process.next()) {
                switch (line.what()) {
                    case LAYER -> layer = Path.of(line.field(0));
                    case PROBLEM -> problem(layer, line.field(0));
                    case PROVIDER -> candidates.add(new Candidate(layer, line.field(0), line.field(1), line.field(2),
                            line.field(3), line.field(4), Integer.parseInt(line.field(5))));
                    case END -> complete = true;
                    default -> throw new IllegalStateException("received " + line + " in a list");
                }
            }
            if (!complete) {
                awaitSignal(process);
                problem(path, path + ": while its providers were constructed and named " + process.end());
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        return candidates;
    }

    private void problem(Path layer, String message) {
        problems++;
        report.problem(layer.toString(), message);
    }

    private void check(Candidate provider) throws MigrationException {
        Verdict verdict = new Verdict(provider);
        Set<Rule> left = EnumSet.copyOf(rules);
        long begin = System.nanoTime();
        try {
            while (!left.isEmpty()) {
                RuleResult fatal = checkInOneProcess(verdict, left);
                if (fatal != null && FIRST.contains(fatal.rule())) {
                    for (Rule each : left) {
                        String why = "rule " + fatal.rule().number() + " fails first";
                        add(verdict, new RuleResult(each, Outcome.NOT_CHECKABLE, why, fatal), 0);
                    }
                    left.clear();
                }
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
        for (Rule each : rules) {
            if (verdict.lacks(each)) {
                verdict.lose(each);
                add(verdict, new RuleResult(each, Outcome.NOT_CHECKABLE, "no result was received", null), 0);
            }
        }
        verdict.took((System.nanoTime() - begin) / 1e9);
        verdicts.add(verdict);
        report.verdict(verdict, settings.seed());
    }

    /**
     * Goes on for as long as the process lasts. Returns the failure that ended it, null if it has done what is left.
     */
    private RuleResult checkInOneProcess(Verdict verdict, Set<Rule> left)
            throws IOException, InterruptedException, MigrationException {
        List<String> arguments = new ArrayList<>(List.of(verdict.provider().layer().toString(),
                verdict.provider().providerClass()));
        arguments.addAll(settings.arguments());
        left.forEach(each -> arguments.add(each.number()));
        try (ExaminerProcess process = start(arguments); Checking checking = new Checking(verdict)) {
            boolean complete = false;
            for (ExaminerLine line = process.next(); line != null; line = process.next()) {
                switch (line.what()) {
                    case BEGIN -> {
                        Rule rule = Rules.of(line.field(0));
                        left.remove(rule);
                        checking.begin(rule);
                    }
                    case PROGRESS -> report.progress(line.field(0));
                    case RESULT -> {
                        checking.end();
                        result(verdict, line);
                    }
                    case PROBLEM -> {
                        problem(verdict.provider().layer(), line.field(0));
                        left.clear();
                    }
                    case END -> complete = true;
                    default -> throw new IllegalStateException("received " + line + " in a check");
                }
            }
            verdict.printed(process.printed(), process.firstPrinted());
            if (complete) {
                left.clear();
                return null;
            }
            awaitSignal(process);
            Rule rule = checking.rule();
            if (rule == null) {
                // it ended behind the last rule or before the first one: letting the layer go, or loading it again
                rule = left.isEmpty() ? Rule.RULE_4_4 : Rule.RULE_1_3;
            }
            RuleResult fatal = new RuleResult(rule, Outcome.FAILED, process.end(), null);
            add(verdict, fatal, checking.seconds());
            return fatal;
        }
    }

    private void result(Verdict verdict, ExaminerLine line) {
        RuleResult result = new RuleResult(Rules.of(line.field(0)), Outcome.valueOf(line.field(1)), line.field(2),
                null);
        double seconds = 0;
        if (line.fields().size() > 3) {
            seconds = Long.parseLong(line.field(3)) / 1e3;
            verdict.unusable(line.field(4));
        }
        add(verdict, result, seconds);
    }

    private void add(Verdict verdict, RuleResult result, double seconds) {
        if (verdict.add(result) && !cancelled) {
            report.result(verdict, result, seconds);
        }
    }

    private synchronized ExaminerProcess start(List<String> arguments) throws IOException, MigrationException {
        if (cancelled) {
            throw interrupted();
        }
        List<String> all = new ArrayList<>(logging);
        all.addAll(arguments);
        running = ExaminerProcess.start(errors, all);
        return running;
    }

    /** Ctrl-C reaches the other process as well, and perhaps first: then this one hears of it in a moment. */
    private void awaitSignal(ExaminerProcess process) throws InterruptedException, MigrationException {
        boolean signalled = process.signalled(); // waits for its end, which cancel() may have to bring about
        synchronized (this) {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SIGNAL_MILLIS);
            while (signalled && !cancelled && System.nanoTime() < end) {
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            }
            if (cancelled) {
                throw interrupted();
            }
        }
    }

    private static MigrationException interrupted() {
        return new MigrationException(Kind.INTERRUPTED, "interrupted");
    }

    private MigrationException failed(IOException e) {
        synchronized (this) {
            if (cancelled) {
                return interrupted();
            }
        }
        return new MigrationException(Kind.INTERNAL, "the process that checks the provider: " + e.getMessage(), e);
    }

    /** The rule being checked at the moment, shown while it lasts. */
    private final class Checking implements AutoCloseable {

        private final Ticker ticker;
        private volatile Rule rule;
        private volatile long since;

        Checking(Verdict verdict) {
            ticker = new Ticker(PROGRESS_MILLIS, () -> show(verdict));
        }

        private void show(Verdict verdict) {
            Rule now = rule;
            if (now != null && !cancelled) {
                report.checking(verdict, now, seconds());
            }
        }

        void begin(Rule begun) {
            since = System.nanoTime();
            rule = begun;
        }

        void end() {
            rule = null;
        }

        Rule rule() {
            return rule;
        }

        double seconds() {
            return (System.nanoTime() - since) / 1e9;
        }

        @Override
        public void close() {
            ticker.close();
        }
    }
}
