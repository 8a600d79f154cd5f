package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.multifd.core.internal.provider.ProviderFixture.provider;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.ProviderInfo;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.internal.provider.ProviderFixture;
import org.multifd.core.internal.provider.layer.ChangingSource;
import org.multifd.core.internal.provider.layer.LoadedLayer;
import org.multifd.core.internal.provider.layer.TemporaryDirectory;
import org.multifd.core.internal.provider.layer.SignedJar;
import org.multifd.core.internal.provider.layer.TestJar;

/**
 * The page's messages are those that the code gives: each is brought about, and each that comes about is on the page.
 */
class DebugHowToTest {

    private static final String SERVICE = MultiFDMethods.class.getName();
    private static final int NEWER_JAVA = 44 + Runtime.version().feature() + 1;
    private static final String HANG = "try { new java.util.concurrent.CountDownLatch(1).await(); } catch "
            + "(InterruptedException e) { }";

    @TempDir
    Path temp;

    private final Map<String, Pattern> page = new LinkedHashMap<>();
    private final Set<String> unseen = new TreeSet<>();

    /** The messages, by the heading of their table's section. */
    private void readPage(String section) throws Exception {
        String text = Repository.read("docs/howto/debug-a-provider.md");
        String part = text.substring(text.indexOf("\n## " + section)).split("\n## ", 3)[1];
        Matcher row = Pattern.compile("(?m)^\\| `(.*?)` \\|").matcher(part);
        while (row.find()) {
            String[] parts = row.group(1).split("…", -1);
            page.put(row.group(1),
                    Pattern.compile("(?:.*: )?" + String.join(".+", Stream.of(parts).map(Pattern::quote).toList())));
        }
        unseen.addAll(page.keySet());
    }

    private void saw(String message) {
        List<String> fitting = page.entrySet().stream().filter(row -> row.getValue().matcher(message).matches())
                .map(Map.Entry::getKey)
                .toList();
        assertTrue(!fitting.isEmpty(), "not on the page: " + message);
        unseen.removeAll(fitting);
    }

    private void sawAll() {
        assertEquals(Set.of(), unseen, "on the page, and never seen");
    }

    private TestJar jar(String name, String body) {
        return TestJar.provider(temp.resolve("home/" + name), name, body);
    }

    private TestJar module(String name, String declaration) {
        return TestJar.at(temp.resolve("home/" + name + "/" + name + ".jar")).source(provider("p." + name, "Methods",
                name, ""))
                .moduleInfo("module m." + name + " { requires org.multifd.api; " + declaration + " provides " + SERVICE
                + " with p." + name
                        + ".Methods; }");
    }

    private void buildBroken() throws Exception {
        Path home = Files.createDirectories(temp.resolve("home"));
        Files.createDirectory(home.resolve("empty"));
        Files.writeString(home.resolve("text.jar"), "no jar");
        Files.createSymbolicLink(home.resolve("link.jar"), home.resolve("nowhere"));
        jar("newer", "").classVersion("p/newer/Methods.class", NEWER_JAVA).build();
        TestJar.at(home.resolve("1.jar")).services("p.P").source(provider("p", "P", "p", "")).build();
        jar("fat", "").build();
        TestJar.at(home.resolve("fat/multifd-api-0.9.jar")).moduleInfo("module org.multifd.api { }").build();
        TestJar.at(home.resolve("shaded.jar")).source(provider("p", "P", "shaded", "")).services("p.P")
                .entry("org/multifd/api/MultiFDApi.class", "").build();
        TestJar.at(home.resolve("services.jar")).module("m.services").services("p.P")
                .source(provider("p", "P", "services", "")).build();
        TestJar.at(home.resolve("library.jar")).entry("readme", "").build();
        Path codec = TestJar.at(temp.resolve("codec.jar")).moduleInfo("module codec { exports codec; }")
                .source("package codec; public class Codec { }").build();
        module("needy", "requires codec;").on(codec).build();
        String absent = ModuleFinder.ofSystem().findAll().stream().map(each -> each.descriptor().name())
                .filter(each -> each.startsWith("jdk.incubator.")).findFirst().orElseThrow();
        module("java", "requires " + absent + ";").ofThisJava().build();
        jar("twice", "").build();
        Files.copy(home.resolve("twice/twice.jar"), home.resolve("twice/older.jar"));
        module("lonely", "requires codec;").on(codec).build();
        Files.move(home.resolve("lonely/lonely.jar"), home.resolve("lonely.jar"));
        Files.delete(home.resolve("lonely"));
        Path split = TestJar.at(home.resolve("split/other.jar")).moduleInfo("module other { exports q; }")
                .source("package q; public class Q { }").source("package p.split; public class Inner { }").build();
        module("split", "requires other;").on(split).build();
        Path slf4j = Path.of(ModuleLayer.boot().configuration().findModule("org.slf4j").orElseThrow().reference()
                .location().orElseThrow());
        module("copier", "requires org.slf4j;").on(slf4j).entry("org/slf4j/Logger.class", "").build();
        TestJar.at(home.resolve("absent.jar")).services("q.Q").source(provider("p", "P", "p", "")).build();
        TestJar.at(home.resolve("noprovider.jar")).services("p.P").source("package p; public class P { }").build();
        SignedJar.changed(jar("signed", "").build(), "p/signed/Methods.class", bytes -> new byte[1]);
        jar("thrower", "public Methods() { throw new IllegalStateException(\"not today\"); }").build();
        jar("nameless", "public String name() { throw new IllegalStateException(); }").build();
        jar("hanging", "public Methods() { " + HANG + " }").build();
        jar("shouting", "public String name() { return \"SHOUT\"; }").build();
        TestJar.at(home.resolve("swollen.jar")).services("p.P\n".repeat(1 << 18) + "#").build();
        try (ZipOutputStream crowd = new ZipOutputStream(Files.newOutputStream(home.resolve("crowd.jar")))) {
            for (int i = 0; i <= 65534; i++) {
                crowd.putNextEntry(new ZipEntry(Integer.toString(i)));
            }
        }
    }

    private static List<String> messages(MethodRegistry registry) {
        return registry.problems().stream().map(Throwable::getMessage).toList();
    }

    @Test
    void shouldShowEveryMessageOfWhatCannotBeLoaded() throws Exception {
        readPage("broken");
        buildBroken();
        MethodRegistry registry = MethodRegistry.builder().home(temp.resolve("home")).load();
        messages(registry).forEach(this::saw);
        int entries = temp.resolve("home").toFile().list().length;
        assertEquals(entries, messages(registry).size(), () -> String.join("\n", messages(registry)));
        saw(assertThrows(MigrationException.class, () -> MethodRegistry.builder().path(temp.resolve("gone")))
                .getMessage());
        Path goes = TestJar.provider(temp.resolve("goes"), "goes").build();
        MethodRegistry going = MethodRegistry.builder().path(goes).load();
        Files.delete(goes);
        going.rescan();
        messages(going).forEach(this::saw);
        Path outer = TestJar.provider(temp.resolve("deep/outer"), "outer").build().getParent();
        TestJar.provider(outer.resolve("inner"), "inner").build();
        Path file = Files.writeString(temp.resolve("providers"), "no jar");
        for (Path each : List.of(temp.resolve("deep"), temp.resolve("home/empty"), file)) {
            messages(MethodRegistry.builder().path(each).load()).forEach(this::saw);
        }
        Files.createDirectories(temp.resolve("home/empty/target/provider"));
        messages(MethodRegistry.builder().path(temp.resolve("home/empty")).load()).forEach(this::saw);
        LoadedLayer.load(new ChangingSource(TestJar.provider(temp, "busy").build())).problems()
                .forEach(each -> saw(each.getMessage()));
        saw(growing());
        sawAll();
    }

    private String growing() throws Exception {
        Path home = Files.createDirectories(temp.resolve("growing"));
        MethodRegistry registry = MethodRegistry.builder().home(home).load();
        Path jar = TestJar.provider(home, "growing").build();
        CountDownLatch writing = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            try {
                while (!Thread.interrupted()) {
                    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
                    writing.countDown();
                }
            } catch (IOException e) { // by the interrupt
                Thread.currentThread().interrupt();
            }
        });
        writer.start();
        writing.await();
        registry.rescan();
        writer.interrupt();
        writer.join();
        assertEquals(1, messages(registry).size(), messages(registry).toString());
        return messages(registry).get(0);
    }

    @Test
    void shouldShowEveryMessageOfWhatIsUnusable() throws Exception {
        readPage("unusable");
        jar("older", "public int apiVersion() { return 0; }").build();
        jar("silent", "public int apiVersion() { throw new NoSuchMethodError(\"org.multifd.api.MultiFDApi.now()\"); }")
                .build();
        jar("sulking", "public int apiVersion() { throw new IllegalStateException(); }").build();
        jar("misnamed", parameters("MethodParameter.integer(\"level\", 1, 2, 1, \"level\")")).build();
        jar("doubled", parameters("MethodParameter.integer(\"multifd-doubled-a\", 1, 2, 1, \"a\"), "
                + "MethodParameter.integer(\"multifd-doubled-a\", 1, 2, 1, \"a\")")).build();
        jar("nulls", "public java.util.List<MethodParameter> parameters() { return null; }").build();
        jar("failing", "public java.util.List<MethodParameter> parameters() { throw new IllegalStateException(); }")
                .build();
        jar("throwing", availability("throw new IllegalStateException();")).build();
        jar("wordless", availability("return null;")).build();
        jar("hanging", availability(HANG + " return null;")).build();
        for (ProviderInfo each : MethodRegistry.builder().home(temp.resolve("home")).load().methods()) {
            if (!each.availability().usable()) {
                saw(each.availability().detail());
            }
        }
        saw("it does not load" + cureWithoutATemporaryDirectory());
        sawAll();
    }

    private String cureWithoutATemporaryDirectory() {
        String property = "java.io.tmpdir";
        String before = System.setProperty(property, temp.resolve("nothing").toString());
        try {
            return TemporaryDirectory.cure(new UnsatisfiedLinkError());
        } finally {
            System.setProperty(property, before);
        }
    }

    private static String parameters(String list) {
        return "public java.util.List<MethodParameter> parameters() { return java.util.List.of(" + list + "); }";
    }

    private static String availability(String body) {
        return "public Availability availability() { " + body + " }";
    }

    @Test
    void shouldShowEveryMessageOfWhatIsOutdone() throws Exception {
        readPage("outdone");
        String high = "public int priority() { return 10; }";
        for (String name : List.of("low-a", "low-b", "high-a", "high-b", "high-c")) {
            TestJar.at(temp.resolve("home").resolve(name + ".jar")).services("p.P")
                    .source(provider("p", "P", name.endsWith("c") ? "single" : name.substring(0, 3) + "-tie",
                    name.startsWith("high") ? high : ""))
                    .build();
        }
        tie("single", "under", "");
        tie("hig-tie", "below", "");
        tie("named", "one", "");
        tie("named", "two", "");
        TestJar.copyOf("org.multifd.provider.zlib", temp.resolve("home/zlib.jar"));
        MethodRegistry registry = MethodRegistry.builder().home(temp.resolve("home")).load();
        registry.choose("named", "two");
        registry.methods().stream().map(ProviderInfo::lost).filter(each -> !each.isEmpty()).forEach(this::saw);
        sawAll();
    }

    private void tie(String method, String file, String body) throws Exception {
        TestJar.at(temp.resolve("home").resolve(file + ".jar")).services("p.P").source(provider("p", "P", method, body))
                .build();
    }
}
