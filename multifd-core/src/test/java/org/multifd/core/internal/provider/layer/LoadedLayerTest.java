package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.core.internal.provider.ProviderFixture;

/** What is made a layer, and what its provider sees of the world. */
class LoadedLayerTest {

    @TempDir
    Path temp;

    private static LoadedLayer load(Path path) {
        return LoadedLayer.load(new LayerSource(path));
    }

    private static ProviderClass only(LoadedLayer layer) {
        assertEquals(List.of(), layer.problems().stream().map(Throwable::getMessage).toList());
        assertEquals(1, layer.providers().size());
        return layer.providers().get(0);
    }

    private static MultiFDMethods construct(LoadedLayer layer) throws Exception {
        try {
            return only(layer).construct();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldMakeALayerOfOneJar() throws Exception {
        Path jar = TestJar.provider(temp, "one").version("3.1").build();
        LoadedLayer layer = load(jar);
        ProviderClass provider = only(layer);
        assertEquals(jar, provider.jar());
        assertEquals("m.one", provider.type().getModule().getName());
        assertEquals("one", construct(layer).name());
        assertNotSame(construct(layer), construct(layer));
        Module api = MultiFDMethods.class.getModule();
        assertSame(api.isNamed() ? api.getLayer() : ModuleLayer.boot(),
                provider.type().getModule().getLayer().parents().get(0));
    }

    @Test
    void shouldMakeOneLayerOfADirectoryWithItsLibraries() throws Exception {
        Path library = TestJar.at(temp.resolve("codec.jar")).moduleInfo("module codec { exports codec; }")
                .source("package codec; public class Codec { public static String name() { return \"found\"; } }")
                .build();
        TestJar.at(temp.resolve("provider.jar")).on(library)
                .moduleInfo(
                "module m.p { requires org.multifd.api; requires codec; provides org.multifd.api.MultiFDMethods with "
                + "p.P; }")
                .source(ProviderFixture.provider("p", "P", "p", "public String name() { return codec.Codec.name(); }"))
                .build();
        assertEquals("found", construct(load(temp)).name());
    }

    /**
     * Two jars without module-info that use each other's classes, and a library with module-info that no one requires
     * by name.
     */
    @Test
    void shouldLetJarsWithoutModuleInfoUseEachOther() throws Exception {
        Path library = TestJar.at(temp.resolve("codec-1.0.jar"))
                .source("package codec; public class Codec { public static String name() { return \"plain\"; } }")
                .build();
        Path named = TestJar.at(temp.resolve("named.jar")).moduleInfo("module named { exports named; }")
                .source("package named; public class Suffix { public static String get() { return \"-jars\"; } }")
                .build();
        TestJar.at(temp.resolve("provider-2.5.jar")).on(library).on(named).services("p.P")
                .source(ProviderFixture.provider("p", "P", "p",
                        "public String name() { return codec.Codec.name() + named.Suffix.get(); }")).build();
        LoadedLayer layer = load(temp);
        assertEquals("plain-jars", construct(layer).name());
        assertEquals("provider", only(layer).type().getModule().getName());
        assertEquals("2.5", only(layer).type().getModule().getDescriptor().rawVersion().orElseThrow());
    }

    @Test
    void shouldShowAProviderTheFilesBesideItsJar() throws Exception {
        Path home = temp.resolve("worded");
        TestJar.provider(home, "worded", "public String name() { try { java.nio.file.Path jar = "
                + "java.nio.file.Path.of(getClass().getProtectionDomain().getCodeSource().getLocation().toURI()); "
                + "return java.nio.file.Files.readString(jar.resolveSibling(\"words.txt\")); } catch (Exception e) { "
                + "return e.toString(); } }").build();
        Files.writeString(home.resolve("words.txt"), "hello");
        Files.writeString(home.resolve(".hidden"), "not copied");
        LoadedLayer layer = load(home);
        assertEquals("hello", construct(layer).name());
        assertFalse(Files.exists(layer.copies().resolve(".hidden")));
        LayerSource.Look before = layer.look();
        Files.writeString(home.resolve("words.txt"), "hello again");
        assertFalse(before.equals(load(home).look()));
    }

    /** As on the class path: a service of another jar is found, and one that nobody provides is no error. */
    @Test
    void shouldLetJarsWithoutModuleInfoLookForServices() throws Exception {
        Path library = TestJar.at(temp.resolve("codec-1.0.jar"))
                .source("package codec; public interface Part { String name(); }")
                .source("package codec; public interface Hook { }")
                .source("package codec; public class Parts { public static String names() { StringBuilder all = new "
                + "StringBuilder(); for (Part each : java.util.ServiceLoader.load(Part.class)) all.append(each.name());"
                + " for (Hook each : java.util.ServiceLoader.load(Hook.class)) all.append(each); return all.toString();"
                + " } }").build();
        TestJar.at(temp.resolve("part-1.0.jar")).on(library).entry("META-INF/services/codec.Part", "part.Fast")
                .source("package part; public class Fast implements codec.Part { public String name() { return "
                + "\"fast\"; } }").build();
        TestJar.at(temp.resolve("provider-2.5.jar")).on(library).services("p.P")
                .source(ProviderFixture.provider("p", "P", "p", "public String name() { Thread thread = "
                + "Thread.currentThread(); thread.setContextClassLoader(getClass().getClassLoader()); "
                + "return codec.Parts.names(); }")).build();
        assertEquals("fast", construct(load(temp)).name());
    }

    @Test
    void shouldLetAModuleUseAJarWithoutModuleInfo() throws Exception {
        Path library = TestJar.at(temp.resolve("codec.jar"))
                .source("package codec; public class Codec { public static String name() { return \"mixed\"; } }")
                .build();
        TestJar.at(temp.resolve("provider.jar")).on(library).option("-Xlint:-requires-automatic")
                .moduleInfo(
                "module m.p { requires org.multifd.api; requires codec; provides org.multifd.api.MultiFDMethods with "
                + "p.P; }")
                .source(ProviderFixture.provider("p", "P", "p", "public String name() { return codec.Codec.name(); }"))
                .build();
        assertEquals("mixed", construct(load(temp)).name());
    }

    /** The program has a logging facade as well: one that reads every module of it could not have its own. */
    @Test
    void shouldLetAProviderBringItsOwnCopyOfALibraryThatTheProgramHas() throws Exception {
        Path own = TestJar.at(temp.resolve("slf4j-api-9.jar")).manifest("Automatic-Module-Name: org.slf4j")
                .source("package org.slf4j; public class Logger { public static String name() { return \"own\"; } }")
                .build();
        TestJar.at(temp.resolve("provider.jar")).on(own).services("p.P")
                .source(ProviderFixture.provider("p", "P", "p",
                "public String name() { return org.slf4j.Logger.name(); }")).build();
        assertEquals("own", construct(load(temp)).name());
    }

    @Test
    void shouldNotShowTheProgramsClasses() throws Exception {
        Path jar = TestJar.provider(temp, "nosy", "public String name() { try { Class.forName(\""
                + LoadedLayerTest.class.getName()
                + "\").getMethods(); return \"seen\"; } catch (ClassNotFoundException | IllegalAccessError e) { "
                + "return \"hidden\"; } }").build();
        Path unnamed = TestJar.provider(temp, "nosier",
                "public String name() { try { Class.forName(\"org.junit.jupiter.api.Test\");"
                + " return \"seen\"; } catch (ClassNotFoundException e) { return \"hidden\"; } }").build();
        Module program = LoadedLayerTest.class.getModule();
        if (program.isNamed()) {
            // a class of a named module can be looked up, as the JDK's loader hands it out, but not used
            assertFalse(construct(load(jar)).getClass().getModule().canRead(program));
        } else {
            assertEquals("hidden", construct(load(jar)).name());
        }
        if (!Test.class.getModule().isNamed()) {
            assertEquals("hidden", construct(load(unnamed)).name());
        }
    }

    @Test
    void shouldTakeTheProviderMethodOfAModule() throws Exception {
        Path jar = TestJar.at(temp.resolve("made.jar")).module("m.made", "p.Factory")
                .source(ProviderFixture.provider("p", "Hidden", "made", "Hidden(int secret) { }"))
                .source("package p; public class Factory { public static Hidden provider() { return new Hidden(1); } }")
                .build();
        assertEquals("made", construct(load(jar)).name());
    }

    @Test
    void shouldGiveTwoDirectoriesWithTheSameModuleALayerEach() throws Exception {
        LoadedLayer first = load(TestJar.provider(temp.resolve("1"), "same").build());
        LoadedLayer second = load(TestJar.provider(temp.resolve("2"), "same").build());
        assertNotSame(only(first).type(), only(second).type());
        assertEquals(only(first).type().getModule().getName(), only(second).type().getModule().getName());
    }

    @Test
    void shouldThrowWhatAConstructorThrows() throws Exception {
        Path jar = TestJar.provider(temp, "thrower",
                "public Methods() throws Exception { throw new java.io.IOException(\"no\"); }").build();
        IOException e = assertThrows(IOException.class, () -> construct(load(jar)));
        assertEquals("no", e.getMessage());
        assertFalse(e.getCause() instanceof InvocationTargetException);
    }

    @Test
    void shouldLoadAPrivateCopyThatNobodyElseCanRead() throws Exception {
        Path jar = TestJar.provider(temp, "copied").build();
        LoadedLayer layer = load(jar);
        Path copy = Path.of(only(layer).type().getProtectionDomain().getCodeSource().getLocation().toURI());
        assertEquals(jar.getFileName(), copy.getFileName());
        assertEquals("rwx------", java.nio.file.attribute.PosixFilePermissions.toString(
                Files.getPosixFilePermissions(copy.getParent().getParent())));
        Files.delete(jar);
        assertEquals("copied", construct(layer).name());
        assertEquals("from " + jar, layer.shown("from " + copy));
        layer.deleteCopies().run();
        assertTrue(Files.notExists(copy.getParent()));
    }

    @Test
    void shouldLeaveNoCopyOfWhatCannotBeLoaded() throws Exception {
        Path unrelated = TestJar.at(temp.resolve("unrelated.jar")).entry("readme", "nothing").build();
        Path home = PrivateDirectory.subdirectory().getParent();
        List<Path> before = entries(home);
        assertEquals(1, load(unrelated).problems().size());
        assertEquals(before, entries(home));
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (var list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }
}
