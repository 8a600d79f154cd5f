package org.multifd.tck;

import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.api.MultiFDMethods;

/** The kit as a provider's author uses it, but that the provider comes from a jar made for the purpose. */
class DeflateConformanceTest extends MultiFDMethodsConformanceTest {

    @TempDir
    private static Path directory;

    private static ServiceLoader.Provider<MultiFDMethods> provider;

    @BeforeAll
    static void makeJar() throws Exception {
        Path jar = new ProviderJar(directory).provides("DeflateMethods").services("DeflateMethods").jar();
        provider = ProviderJar.load(jar, "DeflateMethods");
    }

    @Override
    public MultiFDMethods methods() {
        return provider.get();
    }
}
