package org.multifd.core.internal.provider.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.core.internal.wire.Text;

/** The remedy fits what happened: what failed first, and who wrote what is wrong. */
class LayerAdviceTest {

    @TempDir
    Path temp;

    /** A shaded jar has the codec's module-info at its top, which the provider's author has not written. */
    @Test
    void shouldTellAModuleInfoThatWasPackedInsideFromTheProviders() throws Exception {
        Path jar = TestJar.at(temp.resolve("shaded.jar")).moduleInfo("module com.codec { exports q; }")
                .source("package q; public class Codec { }").services("p.P").build();
        assertEquals(jar + ": received p.P in META-INF/services/org.multifd.api.MultiFDMethods alone, expected no "
                + "module-info beside it: the one in the jar is that of com.codec, which was packed inside; build the "
                + "jar without it (maven-shade-plugin: exclude module-info.class) or with one of the provider's own",
                LoadedLayer.load(new LayerSource(jar)).problems().get(0).getMessage());
    }

    /** The JDK says it once with the cause, and from then on that the class is not there, which it is. */
    @Test
    void shouldKeepWhatAnInitialiserFailedWithFirst() {
        assertThrows(UnsatisfiedLinkError.class, Native::use);
        Throwable later = assertThrows(NoClassDefFoundError.class, Native::use);
        assertEquals("class org.multifd.core.internal.provider.layer.LayerAdviceTest$Native could not be initialised: "
                + "UnsatisfiedLinkError: no codec in a place",
                Failures.explain(later, LayerAdviceTest.class.getModule()));
        assertEquals("the initialiser of a class failed: IllegalStateException: no codec",
                Text.thrown(new ExceptionInInitializerError(new IllegalStateException("no codec"))));
        NoClassDefFoundError lacking = new NoClassDefFoundError("Could not initialize class p.Codec");
        assertEquals("class p.Codec could not be initialised", Text.thrown(lacking));
        lacking.initCause(new ExceptionInInitializerError(
                "Exception java.lang.NoClassDefFoundError: com/example/Gone [in thread \"main\"]"));
        assertEquals("class p.Codec could not be initialised: NoClassDefFoundError: com/example/Gone; put the jar that "
                + "has it beside the provider's", Failures.explain(lacking, LayerAdviceTest.class.getModule()));
    }

    private static final class Native {
        static {
            link();
        }

        private static void link() {
            throw new UnsatisfiedLinkError("no codec in a place");
        }

        static void use() {
        }
    }

    @Test
    void shouldSayWhyANativeFileIsNotLoadedAgain() {
        assertEquals("UnsatisfiedLinkError: Native Library /opt/libfoo.so already loaded in another classloader; a "
                + "process loads a native file once, and the jar that was there before has it: start the program "
                + "again, or unpack the library to a new file each time",
                Failures.explain(new UnsatisfiedLinkError(
                        "Native Library /opt/libfoo.so already loaded in another classloader"), null));
    }
}
