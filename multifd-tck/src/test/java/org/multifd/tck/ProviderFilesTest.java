package org.multifd.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.internal.rule.Leftovers;

/** Rule 1.7, on jars and directories made for it. */
class ProviderFilesTest {

    private static final String COPY = ProviderJar.MODULE + ".CopyMethods";
    private static final String NONE = ProviderJar.MODULE + ".NoneMethods";

    @TempDir
    private Path directory;

    @Test
    void shouldTakeADirectoryOfClassesAsWell() throws Exception {
        Path classes = new ProviderJar(directory).provides("CopyMethods").services("CopyMethods").classes();
        assertEquals(RuleResult.passed(Rule.RULE_1_7, ""), check(classes));
    }

    @Test
    void shouldRefuseAJarWithoutServices() throws Exception {
        Path jar = new ProviderJar(directory).provides("CopyMethods").jar();
        assertEquals(failed("there is no META-INF/services/org.multifd.api.MultiFDMethods in " + jar), check(jar));
    }

    @Test
    void shouldRefuseServicesThatNameFewerMethods() throws Exception {
        Path jar = new ProviderJar(directory).provides("CopyMethods", "NoneMethods").services("CopyMethods").jar();
        assertEquals(failed("module-info provides [" + COPY + ", " + NONE + "], META-INF/services names [" + COPY
                + "] in "
                + jar), check(jar));
    }

    @Test
    void shouldReadTheSameOnTheClassPath() throws Exception {
        Path jar = new ProviderJar(directory).provides("CopyMethods").services("CopyMethods").jar();
        assertEquals(RuleResult.passed(Rule.RULE_1_7, ""), checkOnClassPath(jar));
    }

    @Test
    void shouldRefuseAClassThatIsNotNamed() throws Exception {
        Path jar = new ProviderJar(directory).provides("NoneMethods").services("NoneMethods").jar();
        assertEquals(failed("neither names " + COPY + ": they name [" + NONE + "] in " + jar), checkOnClassPath(jar));
    }

    @Test
    void shouldRefuseAJarWithoutModule() throws Exception {
        Path jar = new ProviderJar(directory).services("CopyMethods").jar();
        assertEquals(failed("there is no module-info in " + jar), checkOnClassPath(jar));
    }

    private static RuleResult checkOnClassPath(Path jar) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new Leftovers.ApiOnly())) {
            Object provider = loader.loadClass(COPY).getConstructor().newInstance();
            return new Conformance(() -> (MultiFDMethods) provider).check(Rule.RULE_1_7);
        }
    }

    private static RuleResult check(Path where) {
        return new Conformance(ProviderJar.load(where, "CopyMethods")::get).check(Rule.RULE_1_7);
    }

    private static RuleResult failed(String reason) {
        return RuleResult.failed(Rule.RULE_1_7, reason + " (seed 20190801)");
    }
}
