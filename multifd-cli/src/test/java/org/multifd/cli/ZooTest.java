package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.ProviderInfo;

/** What is said of each broken provider by the first who can see it, and that it costs only itself. */
class ZooTest {

    private static final String HERE = "this is Java " + Runtime.version().feature();

    @TempDir
    static Path home;

    private static MethodRegistry registry;

    @BeforeAll
    static void openTheZoo() throws Exception {
        Zoo.open(home);
        registry = MethodRegistry.builder().home(home).load();
        registry.choose("zlib", "org.multifd.provider.zlib");
    }

    private static String shown(String text) {
        return text.replace(home + "/", "");
    }

    private static String lines(Map<String, String> texts) {
        return texts.entrySet().stream().map(each -> each.getKey() + "\n  " + each.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void shouldSayWhyAProviderCannotBeLoaded() {
        List<String> expected = List.of(
                "com.example.badname (badname/com.example.badname.jar): received the method name "
                    + "\"Snappy\\x1b[31m\", expected 1 to "
                    + "31 characters of a-z, 0-9 and -, starting with a letter",
                "brokensignature/com.example.brokensignature.jar: no module can be made of it: SecurityException: "
                    + "cannot verify signature block file META-INF/AUTHOR; a jar that was changed after it was "
                    + "signed is not loaded: get it again as it was published",
                "com.example.constructor.Methods of com.example.constructor "
                    + "(constructor/com.example.constructor.jar) could not be "
                    + "constructed: IllegalStateException: no licence file",
                "empty: received a directory without a jar, expected a provider's jars: put them there, or remove it",
                "com.example.hangsinconstructor (hangsinconstructor/com.example.hangsinconstructor.jar): its "
                    + "constructor did not "
                    + "answer within 5 s",
                "missingdependency: received no module com.example.codec, which com.example.missingdependency "
                    + "requires: put its jar "
                    + "into the same directory",
                "newerclass/com.example.newerclass.jar: class com.example.newerclass.Methods cannot be loaded: "
                    + "built for Java 55, "
                    + HERE + ": run a newer Java or get a build for this one",
                "newerjava/com.example.newerjava.jar: built for Java 55, " + HERE + ": run a newer Java or get a "
                    + "build for this one",
                "noprovides: received no provider, expected a module that provides org.multifd.api.MultiFDMethods, "
                    + "or a jar without "
                    + "module-info and with META-INF/services/org.multifd.api.MultiFDMethods",
                "notazip/notazip.jar: received a file that is no jar (zip END header not found), expected a whole "
                    + "jar: copy it again",
                "ownapi/com.example.ownapi.jar: received classes of org.multifd.api packed inside, expected none, "
                    + "as a provider uses "
                    + "those that are there: build the jar without them (scope provided)",
                "samemoduletwice: received the module com.example.samemoduletwice twice, in "
                    + "com.example.samemoduletwice.jar and "
                    + "samemoduletwice-old.jar, expected each once: remove one of them",
                "servicesonly/com.example.servicesonly.jar: received com.example.servicesonly.Methods in "
                    + "META-INF/services/org.multifd.api.MultiFDMethods alone, expected it in the jar's "
                    + "module-info, too, as only "
                    + "that counts in a module: add \"provides org.multifd.api.MultiFDMethods with "
                    + "com.example.servicesonly.Methods;\"",
                "splitpackage: received the package com.example.splitpackage in com.example.splitcodec.jar and "
                    + "com.example.splitpackage.jar, expected it in one of them: use jars that do not pack each "
                    + "other's classes",
                "com.example.staticinitialiser.Methods of com.example.staticinitialiser "
                    + "(staticinitialiser/com.example.staticinitialiser.jar) could not be constructed: "
                    + "NumberFormatException: For "
                    + "input string: \"high\"");
        assertEquals(String.join("\n", expected), registry.problems().stream().map(each -> shown(each.getMessage()))
                .collect(Collectors.joining("\n")));
    }

    @Test
    void shouldSayWhyAProviderCannotBeUsed() {
        Map<String, String> expected = new TreeMap<>(Map.of(
                "apiwithoutversion", "built for another API than version 1: AbstractMethodError: ...: build it with "
                + "this multifd-api, or run the multifd that it was built for",
                "hangsinprobe", "availability() did not answer within 5 s",
                "nativemissing", "libnosuchcodec is not installed: apt-get install libnosuchcodec1",
                "nativethrows", "availability() failed: UnsatisfiedLinkError: Can't load library: /nosuch/libcodec.so",
                "newerapi", "built for another API: received version 2, expected 1: build it with this multifd-api, "
                + "or run the multifd that it was built for", "olderapi", "built for another API: received version "
                + "0, expected 1: build it with this multifd-api, or run the multifd that it was built for"));
        Map<String, String> actual = new TreeMap<>();
        for (ProviderInfo each : registry.methods()) {
            if (!each.availability().usable()) {
                // the JDK's words for a method that is not there have changed
                actual.put(each.name(), each.availability().detail()
                        .replaceAll("(?<=AbstractMethodError: ).*(?=: build it)", "..."));
            }
        }
        assertEquals(lines(expected), lines(actual));
    }

    @Test
    void shouldNameBothWhoTakeAName() throws Exception {
        MethodRegistry tie = MethodRegistry.builder().path(home.resolve("nametaken")).load();
        String message = shown(assertThrows(MigrationException.class, () -> tie.find("zlib")).getMessage());
        assertTrue(message.matches("method zlib: org\\.multifd\\.provider\\.zlib \\S* ?\\(.*\\) and "
                + "com\\.example\\.nametaken "
                + "\\(nametaken/com\\.example\\.nametaken\\.jar\\) both serve it with priority 0; usable: lz4, "
                + "none, zstd; choose one, "
                + "--provider zlib=org\\.multifd\\.provider\\.zlib or --provider zlib=com\\.example\\.nametaken, or "
                + "remove a jar"),
                message);
    }

    /** One that hangs is asked once, then never again: the demo takes no five seconds more. */
    @Test
    void shouldKeepAllOthersUsable() throws Exception {
        List<String> usable = registry.methods().stream().filter(ProviderInfo::serves).map(ProviderInfo::name).toList();
        assertEquals(List.of("garbage", "good", "leaksthreads", "lz4", "none", "samemodule", "writesoutside", "zlib",
                "zstd"), usable);
        assertEquals("org.multifd.provider.zlib.ZlibMethods", registry.find("zlib").getClass().getName());
        assertTrue(Zoo.probes("good") > 0);
        Zoo.probes("hangsinprobe");
        Run run = Run.with(registry, "demo", "--size", "4M", "--multifd-compression",
                "lz4,none,zlib,zstd,good,samemodule");
        assertEquals(0, run.code(), run.out() + run.err());
        assertEquals(6, run.outLines().stream().filter(line -> line.endsWith("  identical")).count(), run.out());
        registry.methods();
        assertEquals(0, Zoo.probes("hangsinprobe"), "it was asked again");
    }

    @Test
    void shouldListThemAll() throws Exception {
        Run run = Run.with(registry, "methods", "--json");
        assertEquals(0, run.code(), run.err());
        List<String> directories;
        try (var all = Files.list(home)) {
            directories = all.map(each -> each.getFileName().toString()).sorted().toList();
        }
        for (String each : directories) {
            assertTrue(run.out().contains(home.resolve(each).toString()), each + " is in no line of\n" + run.out());
        }
    }

    /** No probe can see it. A migration does, by its checksum; a demonstration compares RAM besides. */
    @Test
    void shouldSeeGarbageInAMigration() {
        Run run = Run.with(registry, "demo", "--size", "1M", "--multifd-compression", "garbage");
        assertEquals(4, run.code(), run.err());
        assertEquals("multifd: method garbage: RAM: received pages with the checksum X, expected X as the source sent; "
                + "a byte was changed on the way or by a provider of method garbage at either end: migrate again, "
                + "with another "
                + "method if it fails again", run.err().lines().reduce((first, last) -> last).orElse("")
                .replaceAll("[0-9a-f]{16}", "X")
                        .replace("the destination failed: ", "")); // the one end or the other says it first
        run = Run.with(registry, "demo", "--size", "1M", "--checksum", "off", "--multifd-compression", "garbage,good");
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().contains("method garbage: block pc.ram differs first at offset 0x"), run.err());
        assertTrue(run.err().contains("DIFFERENT with 1 of 2 methods"), run.err());
    }
}
