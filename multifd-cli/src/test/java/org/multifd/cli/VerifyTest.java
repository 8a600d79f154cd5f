package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;

/** What {@code multifd verify} says of a provider; what its rules see is the kit's matter. */
class VerifyTest {

    @TempDir
    Path temp;

    private Zoo zoo() {
        return new Zoo(temp);
    }

    private static Run verify(Object... arguments) {
        String[] args = new String[arguments.length + 1];
        args[0] = "verify";
        for (int i = 0; i < arguments.length; i++) {
            args[i + 1] = arguments[i].toString();
        }
        return Run.of(args);
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static void assertBreaks(String method, String rule, Run run) {
        assertEquals("multifd: com.example." + method + ": method " + method + " breaks rule " + rule
                + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
    }

    @Test
    void shouldShowEachRuleWithItsResult() {
        Path jar = zoo().good();
        Run run = verify("--rule", "1.5", "--rule", "1.2", "--rule", "3.5", jar);
        assertEquals("", run.err());
        assertEquals(0, run.code());
        List<String> lines = run.outLines();
        assertEquals(List.of(
                "good  com.example.good, API 1",
                "  " + jar,
                "1.2  not checked  one provider of a name is taken",
                "                  core's side: no provider can break it",
                "1.5  passed       api version goes with this api",
                "3.5  passed       io exceptions pass unwrapped"), lines.subList(0, 6));
        assertTrue(lines.get(6).matches("good: 2 passed, 0 failed, 1 not checked in [\\d.]+ s; seed 20190801"),
                lines.get(6));
        assertEquals(7, lines.size());
    }

    @Test
    void shouldTellProgramsInJson() {
        Path jar = zoo().good();
        Run run = verify("--json", "--seed", "7", "--rule", "1.1", "--rule", "1.8", temp);
        assertEquals("", run.err());
        assertEquals(0, run.code());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
        assertEquals(List.of("rule", "rule", "provider", "summary"),
                lines.stream().map(each -> each.get("message_type")).toList());
        assertEquals(List.of("1.1", "1.8"), lines.subList(0, 2).stream().map(each -> each.get("rule")).toList());
        assertEquals(List.of("passed", "not_checked"), lines.subList(0, 2).stream().map(each -> each.get("result"))
                .toList());
        Map<String, Object> provider = lines.get(2);
        assertEquals("good com.example.good.Methods com.example.good " + jar + " passed 7.0 1.0",
                String.join(" ", List.of("method", "class", "module", "location", "result", "seed", "api").stream()
                        .map(each -> provider.get(each).toString()).toList()));
        assertEquals(1.0, lines.get(3).get("providers"));
        assertEquals(1.0, lines.get(3).get("passed"));
    }

    @Test
    void shouldSeeGarbage() {
        Run run = verify("--rule", "2.6", zoo().garbage());
        assertBreaks("garbage", "2.6", run);
        assertTrue(words(run.out()).contains("2.6 FAILED every packet decodes when it has arrived recv did not "
                + "restore the pages: page "
                + "0 differs at byte 4095, 1 page of 4096 bytes, ONE_RUN (seed 20190801) garbage: 0 passed, 1 "
                + "failed, 0 not checked"),
                run.out());
    }

    @Test
    void shouldSeeBytesWrittenOutsideThePages() {
        Run run = verify("--rule", "3.2", zoo().writesOutside());
        assertBreaks("writesoutside", "3.2", run);
        assertTrue(words(run.out()).contains("3.2 FAILED pages and payload are used up exactly recv wrote outside "
                + "the pages it was given,"
                + " 4 pages of 4096 bytes, ONE_RUN (seed 20190801)"), run.out());
    }

    /** By what reads and writes the payloads that the name stands for: the JDK's zlib, the zstd that comes along. */
    @Test
    void shouldSeeAQemuNameForOtherPayloads() {
        String zlib = words(verify("--rule", "1.1", zoo().nameTaken()).out());
        assertTrue(zlib.contains("1.1 FAILED name keeps to the grammar the oracle cannot read what was sent: "
                + "java.util.zip.DataFormatException"), zlib);
        String zstd = words(verify("--rule", "1.1", ZooJar.of("com.example.other", "zstd").into(temp.resolve("other")))
                .out());
        assertTrue(zstd.contains("1.1 FAILED name keeps to the grammar the oracle cannot read what was sent: "
                + "org.multifd.api.MultiFDException"), zstd);
    }

    /** There is no other implementation of it to compare with: the grammar has passed, and no more is claimed. */
    @Test
    void shouldSayThatNobodyHasSeenWhetherAQemuNameIsKept() throws Exception {
        Run run = verify("--rule", "1.1", ZooJar.of("com.example.other", "uadk").into(temp.resolve("other")));
        assertEquals(0, run.code(), run.err());
        assertTrue(words(run.out()).contains("1.1 passed name keeps to the grammar whether it speaks QEMU's uadk is "
                + "not seen at all: there is no oracle, another implementation to compare it with"), run.out());
    }

    @Test
    void shouldSeeAThreadThatIsLeaked() {
        Run run = verify("--rule", "4.4", zoo().leaksThreads());
        assertBreaks("leaksthreads", "4.4", run);
        assertTrue(words(run.out()).contains("4.4 FAILED nothing stays behind its thread \"leaked by channel 0\" is "
                + "still alive after "
                + "everything was closed (seed 20190801)"), run.out());
    }

    /** The rule was not asked for, but it is broken. */
    @Test
    void shouldChargeWhatComesInTheWayToItsOwnRule() {
        Run run = verify("--rule", "4.3", zoo().garbage());
        assertBreaks("garbage", "2.6", run);
        String words = words(run.out());
        assertTrue(words.contains("4.3 not checked one provider serves many channels at once rule 2.6 fails first: "
                + "recv did not restore "
                + "the pages: page 3 differs at byte 4095"), run.out());
        assertTrue(words.contains("2.6 FAILED every packet decodes when it has arrived recv did not restore"),
                run.out());
        run.outLines().forEach(line -> assertTrue(line.length() <= 80 || line.startsWith("  /"), line));
    }

    @Test
    void shouldEndAProbeThatHangs() {
        Run run = verify("--deadline", "1", "--rule", "1.4", "--rule", "2.1", "--rule", "4.4", zoo().hangsInProbe());
        assertBreaks("hangsinprobe", "1.4", run);
        String words = words(run.out());
        String reason = "no end within 1 s: availability(), at "
                + "com.example.hangsinprobe.Methods.availability(Methods.java:";
        assertTrue(words.contains("1.4 FAILED availability is an answer and never thrown " + reason), run.out());
        assertTrue(words.contains("2.1 not checked sender moves to its channels thread rule 1.4 fails first 4.4"),
                run.out());
        assertEquals(words.indexOf(reason), words.lastIndexOf(reason), "the reason stands there once: " + run.out());
        assertTrue(words.contains("hangsinprobe: 0 passed, 1 failed, 2 not checked"), run.out());
    }

    @Test
    void shouldNotPassWhatIsUnusableHere() {
        Run run = verify("--rule", "1.5", "--rule", "2.3", zoo().nativeMissing());
        assertEquals("multifd: com.example.nativemissing: method nativemissing is unusable here: libnosuchcodec is "
                + "not installed: apt-get "
                + "install libnosuchcodec1" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
        assertTrue(words(run.out()).contains("2.3 not checked incompressible pages fit the payload limit the method "
                + "is unusable here: "
                + "libnosuchcodec is not installed"), run.out());
    }

    @Test
    void shouldReportWhatCannotBeLoaded() throws Exception {
        Zoo zoo = zoo();
        zoo.notAZip();
        zoo.good();
        zoo.missingDependency();
        Run run = verify("--rule", "1.1", temp);
        assertEquals("multifd: 2 providers could not be loaded" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
        String words = words(run.out());
        assertTrue(words.startsWith("broken: " + temp.resolve("missingdependency") + " "
                + temp.resolve("missingdependency") + ": received no module com.example.codec"), run.out());
        assertTrue(words.contains("received a file that is no jar (zip END header not found), expected a whole jar: "
                + "copy it again"),
                run.out());
        assertTrue(words.contains("1.1 passed"), run.out());
    }

    @Test
    void shouldChargeARefusalToItsRule() throws Exception {
        Zoo zoo = zoo();
        zoo.apiWithoutVersion();
        zoo.newerApi();
        Run run = verify("--rule", "1.5", temp);
        assertEquals("multifd: com.example.apiwithoutversion: method apiwithoutversion breaks rule 1.5; "
                + "com.example.newerapi: method "
                + "newerapi breaks rule 1.5" + System.lineSeparator(), run.err());
        String words = words(run.out());
        assertTrue(words.contains("built for another API than version 1: apiVersion() threw "
                + "java.lang.AbstractMethodError"), run.out());
        assertTrue(words.contains("declares API version 2, the API takes providers for 1..1"), run.out());
    }

    /** Exit code 0, as if all were well; the rules behind it are checked all the same. */
    @Test
    void shouldSeeAProviderThatEndsTheJvm() {
        Run run = verify("--rule", "3.1", "--rule", "5.1", zoo().endsTheJvm());
        assertBreaks("endsthejvm", "3.1", run);
        String words = words(run.out());
        assertTrue(words.contains("3.1 FAILED receiver moves to its channels thread the JVM was ended with exit code "
                + "0 at com.example.endsthejvm.Methods.receive(Methods.java:"), run.out());
        assertTrue(words.contains("5.1 passed"), run.out());
    }

    @Test
    void shouldSeeAProviderThatEndsTheJvmAtOnce() {
        Path jar = zoo().endsTheJvmAtOnce();
        Run run = verify(jar);
        assertEquals("multifd: a provider could not be loaded" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
        assertEquals("broken: " + jar + " " + jar + ": while its providers were constructed and named the JVM was "
                + "ended with exit code 7",
                words(run.out()));
    }

    @Test
    void shouldSeeAProviderThatCrashesTheJvm() throws Exception {
        Run run = verify("--rule", "2.6", zoo().crashesTheJvm());
        // a newer Java warns of the way in which it does so
        assertTrue(run.err().endsWith("multifd: com.example.crashesthejvm: method crashesthejvm breaks rule 2.6"
                + System.lineSeparator()), run.err());
        assertEquals(5, run.code());
        Matcher reason = Pattern.compile("2\\.6 FAILED every packet decodes when it has arrived the JVM crashed at "
                + "(.+); see (.+?\\.log)")
                .matcher(words(run.out()));
        assertTrue(reason.find(), run.out());
        assertTrue(Files.deleteIfExists(Path.of(reason.group(2))), reason.group());
    }

    @Test
    void shouldTellThatAProviderPrints() {
        Run run = verify("--json", "--rule", "2.1", zoo().prints());
        assertEquals(0, run.code(), run.err());
        List<Map<String, Object>> lines = run.outLines().stream().map(JsonReader::object).toList();
        assertEquals("passed", lines.get(0).get("result"));
        assertEquals("compressing 4 pages", lines.get(1).get("first_printed"));
        assertTrue((double) lines.get(1).get("printed_lines") >= 2, run.out());
        assertTrue(words(verify("--rule", "2.1", zoo().prints()).out()).contains("note: it printed "), "for people");
    }

    /** What the process says of the rule stands behind it, and must not be cut off with it. */
    @Test
    void shouldSeeABrokenRuleBehindAnyOutput() {
        Run run = verify("--rule", "2.6", zoo().printsWithoutLines());
        assertBreaks("printswithoutlines", "2.6", run);
        assertTrue(words(run.out())
                .contains("2.6 FAILED every packet decodes when it has arrived recv did not restore"), run.out());
    }

    @Test
    void shouldNotPassARuleOfWhichNothingWasHeard() {
        Run run = verify("--rule", "1.5", "--rule", "2.6", zoo().saysItIsDone());
        assertEquals("multifd: com.example.saysitisdone: method saysitisdone: no result was received of rule 2.6, "
                + "and a rule without one has not passed" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
        assertTrue(words(run.out()).contains("1.5 passed api version goes with this api 2.6 not checked every packet "
                + "decodes when it has arrived no result was received"), run.out());
        assertTrue(verify("--json", "--rule", "2.6", zoo().saysItIsDone()).out().contains("\"result\":\"incomplete\""));
    }

    /** While it waits for the other process to end, which without an interrupt would be killed half a minute later. */
    @Test
    void shouldEndAtOnceWhenInterruptedWhileItWaitsForAnEnd() {
        AtomicReference<Cli> cli = new AtomicReference<>();
        PrintStream err = new PrintStream(new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                if (toString(StandardCharsets.UTF_8).contains("the output has ended")) {
                    new Thread(cli.get()::interrupt, "interrupt").start();
                }
            }
        }, true, StandardCharsets.UTF_8);
        cli.set(new Cli(new Console(Run.stream(new ByteArrayOutputStream()), err, false, 80),
                () -> MethodRegistry.of()));
        assertEquals(130, cli.get().run("verify", "--deadline", "3600", zoo().endsItsOutput().toString()));
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        Run run = verify(zoo().good(), temp.resolve("nosuch"));
        assertEquals("multifd: received the provider path " + temp.resolve("nosuch") + ", expected a jar or a "
                + "directory: there is no such file"
                + System.lineSeparator(), run.err());
        assertEquals(2, run.code());
    }

    /** In a method that does not come back: with nothing but the end of its process it would be there for a minute. */
    @Test
    void shouldEndAtOnceWhenInterrupted() {
        AtomicReference<Cli> cli = new AtomicReference<>();
        StringBuilder seen = new StringBuilder();
        PrintStream out = new PrintStream(new OutputStream() {
            @Override
            public synchronized void write(int b) {
                seen.append((char) b);
                if (b == '\n' && seen.indexOf("\"1.5\"") > 0) {
                    cli.get().interrupt();
                }
            }
        }, true, StandardCharsets.UTF_8);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        cli.set(new Cli(new Console(out, Run.stream(err), false, 80), () -> MethodRegistry.of()));
        int code = cli.get().run("verify", "--json", "--deadline", "3600", zoo().hangsInReceive().toString());
        assertEquals(130, code);
        assertEquals("multifd: interrupted" + System.lineSeparator(), err.toString(StandardCharsets.UTF_8));
        assertTrue(ProcessHandle.current().children()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("hangsinreceive")),
                "the other process is still there");
    }
}
