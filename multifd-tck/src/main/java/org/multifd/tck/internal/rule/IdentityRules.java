package org.multifd.tck.internal.rule;

import java.util.regex.Pattern;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Oracle;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.FirstLook;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.ProcessStatus;
import org.multifd.tck.internal.harness.RuleFailed;
import org.multifd.tck.internal.harness.TestPages;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/** Provider-contract 1: identity and discovery. */
final class IdentityRules {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    private IdentityRules() {
    }

    static String name(Trial trial) throws Exception {
        String name = trial.constructed().name();
        trial.demand(NAME.matcher(name).matches(), () -> "the name \"" + name
                + "\" is not 1 to 31 characters of a-z, 0-9 and -, starting with a letter");
        return trial.hasQemusName() ? wireFormat(trial, name) : "";
    }

    /** A name of QEMU's means QEMU's payloads exactly: what others write is read, what is written others read. */
    private static String wireFormat(Trial trial, String name) throws Exception {
        Oracle oracle = trial.oracle();
        if (!trial.availability().usable()) {
            return "whether it speaks QEMU's " + name + " is not seen: it is unusable here";
        }
        try (Oracle.Codec decoder = oracle.decoder(); Oracle.Codec encoder = oracle.encoder();
                Outgoing outgoing = trial.outgoing(trial.params(0, 4096));
                Incoming incoming = trial.incoming(trial.params(0, 4096))) {
            TestPages from = trial.sendPages(4096, 16, Layout.ONE_RUN);
            TestPages to = trial.recvPages(4096, 16, Layout.ONE_RUN);
            for (int packet = 0; packet < 8; packet++) {
                byte[] content = Content.MIXED.pages(4096, 16, trial.random(packet));
                if (decoder != null) {
                    from.fill(content);
                    Channel.decode(decoder, outgoing.prepare(from), content, from, Rule.RULE_1_1);
                }
                if (encoder != null) {
                    incoming.recv(to, encoder.apply(content, 4096, 16), content, Rule.RULE_1_1);
                }
            }
            if (decoder == null || encoder == null) {
                return "whether it speaks QEMU's " + name + " is not seen " + (encoder == null && decoder == null
                        ? "at all" : decoder == null ? "in sending" : "in receiving")
                        + ": there is no oracle, another implementation to compare it with";
            }
        }
        return "QEMU's " + name + " in both directions, by an independent implementation";
    }

    static String construction(Trial trial) {
        MultiFDMethods first = trial.constructed();
        FirstLook.Answers answers = trial.answers();
        for (int time = 0; time < 4; time++) {
            try {
                MultiFDMethods asked = time % 2 == 0 ? first : trial.subject().methods();
                FirstLook.Answers again = FirstLook.Answers.of(asked);
                same(trial, "name", first.name(), asked.name());
                same(trial, "apiVersion", answers.apiVersion(), again.apiVersion());
                same(trial, "priority", answers.priority(), again.priority());
                same(trial, "parameters", answers.parameters(), again.parameters());
            } catch (RuleFailed e) {
                throw e;
            } catch (Throwable e) {
                throw trial.failed("constructing or naming it again threw", e);
            }
        }
        return ProcessStatus.readable() ? "" : "native libraries are seen on Linux only";
    }

    private static void same(Trial trial, String question, Object first, Object again) {
        trial.demand(java.util.Objects.equals(first, again),
                () -> question + "() answered " + first + ", then " + again);
    }

    static String availability(Trial trial) throws Exception {
        MultiFDMethods methods = trial.constructed();
        Availability first = ask(trial, methods);
        trial.keep(first);
        for (int time = 0; time < 3; time++) {
            Availability again = ask(trial, time == 0 ? trial.subject().methods() : methods);
            trial.demand(first.usable() == again.usable(), () -> "answered \"" + first.detail()
                    + "\", then \"" + again.detail() + "\"");
        }
        if (!first.usable()) {
            return "unusable here: " + first.detail();
        }
        if (first.canSend()) {
            setUp(trial, "sendSetup", params -> methods.sendSetup(params));
        }
        setUp(trial, "recvSetup", params -> methods.recvSetup(params));
        return first.detail();
    }

    /** How one end of a channel is made; null and a close that fails break other rules. */
    @FunctionalInterface
    private interface SetUp {
        AutoCloseable run(ChannelParams params) throws Exception;
    }

    private static void setUp(Trial trial, String what, SetUp call) {
        AutoCloseable made;
        try {
            made = trial.calls().make(Rule.RULE_1_4, what, () -> call.run(trial.params(0, 4096)));
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw trial.failed("it says usable, but its set-up threw", e);
        }
        try {
            if (made != null) {
                trial.calls().make(Rule.RULE_4_1, "close after " + what, () -> {
                    made.close();
                    return null;
                });
            }
        } catch (Throwable e) {
            // that is another rule's, and tried again there
        } finally {
            Thread.interrupted();
        }
    }

    private static Availability ask(Trial trial, MultiFDMethods methods) {
        Availability answer;
        try {
            answer = trial.calls().make(Rule.RULE_1_4, "availability()", methods::availability);
        } catch (RuleFailed e) {
            throw e;
        } catch (Throwable e) {
            throw trial.failed("availability() threw", e);
        }
        trial.demand(answer != null, () -> "availability() returned null");
        trial.demand(Words.isOneLine(answer.detail()),
                () -> "the detail is not one line: \"" + answer.detail() + "\"");
        return answer;
    }

    static String version(Trial trial) {
        int version = trial.constructed().apiVersion();
        int needs = trial.constructed().needsApi();
        trial.demand(MultiFDApi.takes(version, needs), () -> "declares API version " + version
                + (needs == version ? "" : " and that it needs " + needs) + ", the API takes providers for "
                + MultiFDApi.OLDEST + ".." + MultiFDApi.VERSION);
        return "";
    }

    static String services(Trial trial) throws Exception {
        return new ProviderFiles(trial).agree();
    }
}
