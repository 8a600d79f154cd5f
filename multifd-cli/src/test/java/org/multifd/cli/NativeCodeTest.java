package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.cli.provider.NativeCode;
import org.multifd.core.MethodRegistry;
import org.multifd.core.ProviderInfo;

class NativeCodeTest {

    @TempDir
    Path temp;

    private static ProviderInfo provider(Path path, String method) throws Exception {
        return MethodRegistry.builder().path(path).load().methods(method).get(0);
    }

    @Test
    void shouldKnowTheNativeLibrariesOfItsJars() throws Exception {
        Path jar = ZooJar.of("foo", "foo").entry("linux/amd64/libfoo-1.so", new byte[1]).entry("win/foo-1.dll",
                new byte[1]).into(temp);
        for (Path each : List.of(jar, temp)) {
            ProviderInfo foo = provider(each, "foo");
            assertEquals("in foo.jar", new NativeCode(null).of(foo));
            assertEquals("in foo.jar, not loaded", new NativeCode(List.of("/usr/lib/libbar.so")).of(foo));
            assertEquals("in foo.jar, loaded from /tmp/libfoo-1234.so",
                    new NativeCode(List.of("/usr/lib/libbar.so", "/tmp/libfoo-1234.so")).of(foo));
        }
    }

    @Test
    void shouldSayNothingOfJarsWithoutOne() throws Exception {
        Path jar = ZooJar.of("pure", "pure").into(temp);
        assertEquals("", new NativeCode(List.of("/tmp/libfoo-1234.so")).of(provider(jar, "pure")));
    }
}
