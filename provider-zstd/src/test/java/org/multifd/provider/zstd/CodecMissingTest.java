package org.multifd.provider.zstd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Packet;

class CodecMissingTest {

    /** Loads the provider's classes anew and has no codec. */
    private static final class WithoutCodec extends ClassLoader {

        WithoutCodec() {
            super(ZstdMethods.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.github.luben")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null || !name.startsWith(ZstdMethods.class.getPackageName())) {
                return loaded != null ? loaded : super.loadClass(name, resolve);
            }
            String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
            try (InputStream in = ZstdMethods.class.getResourceAsStream(file)) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void shouldBeNamedAndSayWhyItIsUnusableWithoutItsCodec() throws Exception {
        MultiFDMethods methods = (MultiFDMethods) new WithoutCodec().loadClass(ZstdMethods.class.getName())
                .getConstructor().newInstance();
        assertEquals("zstd", methods.name());
        assertEquals(1, methods.parameters().size());
        Availability availability = methods.availability();
        assertFalse(availability.usable());
        assertEquals("zstd-jni does not work here: java.lang.NoClassDefFoundError: com/github/luben/zstd/Zstd",
                availability.detail());
        assertInstanceOf(NoClassDefFoundError.class, availability.cause());
        assertSame(availability, methods.availability());
        MultiFDException refused = assertThrows(MultiFDException.class, () -> methods.recvSetup(Packet.params()));
        assertEquals(availability.detail(), refused.getMessage());
    }
}
