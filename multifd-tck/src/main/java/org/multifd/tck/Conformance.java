package org.multifd.tck;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.multifd.api.Availability;
import org.multifd.tck.internal.harness.Budget;
import org.multifd.tck.internal.harness.FirstLook;
import org.multifd.tck.internal.harness.KitThread;
import org.multifd.tck.internal.harness.NotCheckable;
import org.multifd.tck.internal.harness.ProcessStatus;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Watch;
import org.multifd.tck.internal.harness.Words;
import org.multifd.tck.internal.rule.Checks;

/**
 * Checks a provider against the contract, rule by rule. Needs nothing but the API.
 *
 * <pre>{@code
 * Report report = new Conformance(SnappyMethods::new).run();
 * report.lines().forEach(System.out::println);
 * }</pre>
 *
 * <p>Each check runs on a thread of its own, because a method may hang: then the rule has failed and the thread is left
 * behind. Not for use by several threads at once, and not beside other work: memory is watched over the whole process.
 */
public final class Conformance {

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Subject subject;
    private final long progressNanos;
    private final ThreadGroup group;
    /** What every rule begins with and hung once: it is not tried again, rule by rule and deadline by deadline. */
    private final Map<Rule, String> hangs = new ConcurrentHashMap<>();
    private final Set<String> librariesBefore = ProcessStatus.libraries();
    private volatile FirstLook firstLook;

    /**
     * Prepares a check; nothing of the provider runs yet. Native libraries that are loaded from here on until it has
     * been constructed and named are charged to it.
     *
     * @param subject the provider, and what the kit cannot find out by itself
     */
    public Conformance(Subject subject) {
        this(subject, PROGRESS_NANOS);
    }

    Conformance(Subject subject, long progressNanos) {
        this.progressNanos = progressNanos;
        this.subject = Objects.requireNonNull(subject, "subject");
        this.group = new ThreadGroup("multifd-tck");
    }

    /**
     * Checks every rule. A rule whose failure was met while another one was checked has failed too.
     *
     * @return the report, in the contract's order
     */
    public Report run() {
        return run(EnumSet.allOf(Rule.class));
    }

    Report run(Set<Rule> rules) {
        Map<Rule, RuleResult> results = new EnumMap<>(Rule.class);
        List<RuleResult> met = new ArrayList<>();
        for (Rule rule : rules) {
            RuleResult result = check(rule);
            results.put(rule, result);
            if (result.cause() != null) {
                met.add(result.cause());
            }
        }
        for (RuleResult failure : met) {
            results.merge(failure.rule(), failure,
                    (own, late) -> own.outcome() == RuleResult.Outcome.FAILED ? own : late);
        }
        return new Report(method(), provider(), subject.seed(), new ArrayList<>(results.values()));
    }

    /**
     * The method's name, which is known when a rule has been checked.
     *
     * @return the name, or ? if there is none
     */
    public String method() {
        FirstLook look = firstLook;
        return look == null ? "?" : look.name();
    }

    /**
     * The provider's class, which is known when a rule has been checked.
     *
     * @return its name, or ? if it could not be constructed
     */
    public String provider() {
        FirstLook look = firstLook;
        return look == null ? "?" : look.provider();
    }

    /**
     * Whether the method works here, which is known when a rule has been checked that needs it; of one that does not,
     * most rules cannot be checked.
     *
     * @return the method's answer, or null as long as it was not asked or if there was none
     */
    public Availability availability() {
        FirstLook look = firstLook;
        return look == null ? null : look.availability();
    }

    /**
     * Checks one rule.
     *
     * @param rule the rule
     * @return what came of it; if the failure of another rule came in the way, the result carries it as its cause
     */
    public RuleResult check(Rule rule) {
        if (rule.coresSide()) {
            return RuleResult.notCheckable(rule, "core's side: no provider can break it");
        }
        AtomicReference<RuleResult> result = new AtomicReference<>();
        Watch watch = new Watch(subject.deadlineSeconds());
        KitThread thread = new KitThread(group, "multifd-tck " + rule.number(), () -> result.set(attempt(rule, watch)));
        thread.start();
        long begin = System.nanoTime();
        long told = begin;
        try {
            while (thread.isAlive() && !watch.expired()) {
                thread.join(100);
                long now = System.nanoTime();
                if (now - told > progressNanos) {
                    told = now;
                    subject.progress(rule.number() + " " + rule.title() + ", "
                            + TimeUnit.NANOSECONDS.toSeconds(now - begin) + " s: " + watch.what());
                }
            }
            if (thread.isAlive()) {
                return hung(rule, watch, thread);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            return RuleResult.notCheckable(rule, "interrupted");
        }
        return result.get();
    }

    private RuleResult hung(Rule rule, Watch watch, Thread thread) {
        watch.abandon();
        StackTraceElement[] stack = thread.getStackTrace();
        thread.interrupt();
        String what = "no end within " + watch.seconds() + " s: " + watch.what() + Words.at(stack);
        Rule blame = watch.blame();
        if (blame != null) {
            hangs.put(blame, what);
        }
        RuleResult failure = RuleResult.failed(blame == null ? rule : blame, what + seedNote());
        return failure.rule() == rule ? failure : RuleResult.blocked(rule, failure);
    }

    private RuleResult attempt(Rule rule, Watch watch) {
        try {
            if (hangs.containsKey(Rule.RULE_1_3)) {
                throw new RuleFailed(Rule.RULE_1_3, hangs.get(Rule.RULE_1_3));
            }
            if (firstLook == null) {
                firstLook = watch.during(Rule.RULE_1_3, "constructing the provider and what every rule begins with",
                        () -> new FirstLook(subject, librariesBefore));
            }
            String note = Checks.of(rule).run(new Trial(subject, rule, firstLook, hangs, group, watch,
                    new Budget(subject.budgetSeconds())));
            return RuleResult.passed(rule, note);
        } catch (NotCheckable e) {
            return RuleResult.notCheckable(rule, e.getMessage());
        } catch (RuleFailed e) {
            RuleResult failure = RuleResult.failed(e.rule(), e.getMessage() + seedNote());
            return e.rule() == rule ? failure : RuleResult.blocked(rule, failure);
        } catch (Throwable e) {
            // Also an OutOfMemoryError: this thread ends here, and a method that asked for too much has its answer.
            return RuleResult.failed(rule, "the check ended in " + Words.of(e) + seedNote());
        }
    }

    private String seedNote() {
        return " (seed " + subject.seed() + ")";
    }
}
