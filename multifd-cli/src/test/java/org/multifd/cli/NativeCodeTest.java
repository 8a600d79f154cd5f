package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
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

    /** Codecs give the file any name; the name alone says nothing of a file that is there. */
    @Test
    void shouldKnowAnUnpackedLibraryByItsBytes() throws Exception {
        byte[] library = {0x7f, 'E', 'L', 'F', 1};
        Path jar = ZooJar.of("foo", "foo").entry("native/libfoo.so", library).into(temp);
        Path unpacked = Files.write(temp.resolve("codec-8a1b.tmp"), library);
        Path another = Files.write(temp.resolve("libfoo.so"), new byte[] {0x7f, 'E', 'L', 'F', 2});
        ProviderInfo foo = provider(jar, "foo");
        assertEquals("in foo.jar, loaded from " + unpacked,
                new NativeCode(List.of(another.toString(), unpacked.toString())).of(foo));
        assertEquals("in foo.jar, not loaded", new NativeCode(List.of(another.toString())).of(foo));
        assertEquals("in foo.jar, loaded from /tmp/snappy-1.1-libfoo.so",
                new NativeCode(List.of("/tmp/snappy-1.1-libfoo.so")).of(foo));
    }

    /** What cannot be run is not loaded: of a directory mounted noexec, or read as data. */
    @Test
    void shouldTakeMappedCodeOnly() {
        assertEquals(List.of("/tmp/liba.so", "/tmp/libb.so"), NativeCode.code(
                "7f00-7f01 r--p 00000000 08:01 1      /tmp/liba.so\n7f01-7f02 r-xp 00001000 08:01 1      /tmp/liba.so\n"
                + "7f02-7f03 r--p 00000000 08:01 2      /tmp/libc.so\n7f03-7f04 r-xp 00000000 08:01 3      "
                + "/tmp/libb.so (deleted)\n7f04-7f05 rw-p 00000000 00:00 0      [heap]\n"));
    }
}
