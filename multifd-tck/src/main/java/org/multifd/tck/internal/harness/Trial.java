package org.multifd.tck.internal.harness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Oracle;
import org.multifd.tck.Rule;
import org.multifd.tck.Subject;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.data.ParameterSets;

/** What a check works with: the subject, its random numbers, its watch, and a usable provider. */
public final class Trial {

    private static final Set<String> QEMUS = Set.of("none", "zlib", "zstd", "qpl", "uadk", "qatzip");

    /**
     * Each has up to a megabyte of heap for its image, and hostile payloads are tried with hundreds of numbers of
     * pages.
     */
    private static final int MEMORIES = 16;

    private final Subject subject;
    private final Rule rule;
    private final FirstLook firstLook;
    private final Map<Rule, String> hangs;
    private final ThreadGroup group;
    private final Watch watch;
    private final Budget budget;
    private final Calls calls;
    private final TestPayload payload = new TestPayload(ChannelParams.PAYLOAD_LIMIT);
    private final TestSource source = new TestSource();
    private byte[] told;
    private final Shared sending = new Shared();
    private final Shared receiving = new Shared();
    private final Map<String, TestPages> memories = new LinkedHashMap<>(MEMORIES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TestPages> eldest) {
            return size() > MEMORIES;
        }
    };

    public Trial(Subject subject, Rule rule, FirstLook firstLook, Map<Rule, String> hangs, ThreadGroup group,
            Watch watch, Budget budget) {
        this.subject = subject;
        this.rule = rule;
        this.firstLook = firstLook;
        this.hangs = hangs;
        this.group = group;
        this.watch = watch;
        this.budget = budget;
        this.calls = new Calls(watch, hangs);
    }

    public Subject subject() {
        return subject;
    }

    public Watch watch() {
        return watch;
    }

    public Budget budget() {
        return budget;
    }

    /** As much of a plan as the rule's time allows. */
    public Rounds rounds(int planned) {
        return budget.rounds(planned);
    }

    public Calls calls() {
        return calls;
    }

    public ThreadGroup group() {
        return group;
    }

    /** The rule being checked is broken. */
    public RuleFailed failed(String reason) {
        return new RuleFailed(rule, reason);
    }

    public RuleFailed failed(String reason, Throwable cause) {
        return new RuleFailed(rule, reason + ": " + Words.of(cause), cause);
    }

    public void demand(boolean held, Supplier<String> reason) {
        if (!held) {
            throw failed(reason.get());
        }
    }

    /** The case's own random numbers: they depend on the seed, the rule and the case, not on what ran before. */
    public SplittableRandom random(long caseNumber) {
        long mixed = subject.seed() * 0x9E3779B97F4A7C15L + rule.number().hashCode();
        return new SplittableRandom(mixed * 0xBF58476D1CE4E5B9L + caseNumber);
    }

    /** A provider that can be constructed and named; whether it is usable is not asked. */
    public MultiFDMethods constructed() {
        firstLook.demand();
        return firstLook.methods();
    }

    public FirstLook.Answers answers() {
        return firstLook.answers();
    }

    /** A provider that says it works here. */
    public MultiFDMethods usable() {
        MultiFDMethods methods = constructed();
        Availability availability = availability();
        if (!availability.usable()) {
            throw new NotCheckable("the method is unusable here: " + Words.oneLine(availability.detail()));
        }
        return methods;
    }

    /** Whether it says that it works here; asked once. */
    public Availability availability() {
        Availability availability = firstLook.availability();
        if (availability == null) {
            MultiFDMethods methods = constructed();
            try {
                availability = calls.make(Rule.RULE_1_4, "availability()", methods::availability);
            } catch (Throwable e) {
                throw e instanceof RuleFailed failure ? failure
                        : new RuleFailed(Rule.RULE_1_4, "availability() threw " + Words.of(e), e);
            }
            if (availability == null) {
                throw new RuleFailed(Rule.RULE_1_4, "availability() returned null");
            }
            firstLook.keep(availability);
        }
        return availability;
    }

    public void keep(Availability answer) {
        firstLook.keep(answer);
    }

    public List<MethodParameter> parameters() {
        constructed();
        return firstLook.answers().parameters();
    }

    /** Of the long run; 0 if the kit may choose. */
    public int packets() {
        return subject.packets();
    }

    public List<Map<String, String>> parameterSets() {
        return subject.parameterSets(parameters());
    }

    public ChannelParams params(int channel, int pageSize) {
        return params(channel, pageSize, ParameterSets.defaults(parameters()));
    }

    /** A usable method can be set up with the defaults (1.4), and with every value that it declares (5.1). */
    public ChannelParams params(int channel, int pageSize, Map<String, String> values) {
        boolean defaults = values.equals(ParameterSets.defaults(parameters()));
        ChannelParams params = new ChannelParams(channel, pageSize, parameters(), values,
                defaults ? Rule.RULE_1_4 : Rule.RULE_5_1);
        return hasQemusName() ? params : params.telling();
    }

    public Outgoing outgoing(ChannelParams params) {
        usable();
        if (!availability().canSend()) {
            throw new NotCheckable("the method can only receive here: " + Words.oneLine(availability().detail()));
        }
        Outgoing outgoing = new Outgoing(calls, usable(), params.told(null).sharing(sending), payload);
        told = params.message();
        return outgoing;
    }

    /** A receiver, which is told what the sender told that was set up last. */
    public Incoming incoming(ChannelParams params) {
        return new Incoming(calls, usable(), params.told(told).sharing(receiving), source);
    }

    /** What the sender told that was set up last, or null. */
    public byte[] told() {
        return told;
    }

    /** What the channels share that send. */
    public Shared sending() {
        return sending;
    }

    /** What the channels share that receive. */
    public Shared receiving() {
        return receiving;
    }

    public Channel channel(ChannelParams params) {
        Outgoing outgoing = outgoing(params);
        return new Channel(this, outgoing, incoming(params));
    }

    /** Another trial of the same rule with memory of its own, for a thread beside this one. */
    public Trial beside() {
        return new Trial(subject, rule, firstLook, hangs, group, watch, budget);
    }

    public TestPayload payload() {
        return payload;
    }

    public TestSource source() {
        return source;
    }

    /** Memory for pages, reused within a check; one for sending, one for receiving. */
    public TestPages sendPages(int pageSize, int pages, Layout layout) {
        return memories.computeIfAbsent("s" + pageSize + layout + pages, k -> new TestPages(pageSize, pages, layout));
    }

    public TestPages recvPages(int pageSize, int pages, Layout layout) {
        return memories.computeIfAbsent("r" + pageSize + layout + pages, k -> new TestPages(pageSize, pages, layout));
    }

    /** The independent implementation, the kit's own or the subject's; without any, one that can do nothing. */
    public Oracle oracle() {
        Oracle own = subject.oracle();
        return own != null ? own : KnownFormats.of(constructed().name());
    }

    /** Whether the name promises QEMU's payloads: then what the oracle finds wrong is rule 1.1. */
    public boolean hasQemusName() {
        return QEMUS.contains(constructed().name());
    }

    /**
     * Nearly every rule needs packets that decode: if they do not, that is rule 2.6 and no other one, or 2.2 if they do
     * when the pages lie in one run.
     */
    public void gate(Layout... layouts) {
        gate(Layout.ONE_RUN, Rule.RULE_2_6);
        for (Layout layout : layouts) {
            gate(layout, Rule.RULE_2_2);
        }
    }

    private void gate(Layout layout, Rule blame) {
        usable(); // whose hang is not that of a packet
        try {
            calls.make(blame, "the first packets, " + layout, () -> {
                try (Channel channel = channel(params(0, 4096))) {
                    for (int packet = 0; packet < 2; packet++) {
                        channel.exchange(layout, Content.TEXT.pages(4096, 4, random(-1 - packet)), 4096, blame);
                    }
                }
                return null;
            });
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw failed("the first packets", e);
        }
    }

    /** Runs on another thread of the kit's and waits for it. */
    public <T> T elsewhere(Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(work);
        KitThread thread = new KitThread(group, "multifd-tck " + rule.number() + " other", task);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        } finally {
            thread.join();
        }
    }
}
