package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Subject;

/** A project's provider, compiled without Maven and loaded as a module, for the kit. */
final class BuiltProvider implements Subject {

    static {
        BuiltProvider.class.getModule().addUses(MultiFDMethods.class); // core's module says so, the command's need not
    }

    private final ModuleLayer layer;

    private BuiltProvider(ModuleLayer layer) {
        this.layer = layer;
    }

    static BuiltProvider of(Path project, String module) throws IOException, URISyntaxException {
        Path classes = project.resolve("target/classes");
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-p",
                Path.of(MultiFDMethods.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                "-d", classes.toString()));
        try (Stream<Path> files = Files.walk(project.resolve("src/main/java"))) {
            files.filter(Files::isRegularFile).map(Path::toString).forEach(arguments::add);
        }
        StringWriter messages = new StringWriter();
        PrintWriter writer = new PrintWriter(messages);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(writer, writer, arguments.toArray(String[]::new)), messages::toString);
        assertEquals("", messages.toString());
        String services = "META-INF/services/org.multifd.api.MultiFDMethods";
        Files.createDirectories(classes.resolve(services).getParent());
        Files.copy(project.resolve("src/main/resources").resolve(services), classes.resolve(services));
        ModuleLayer boot = ModuleLayer.boot();
        return new BuiltProvider(boot.defineModulesWithOneLoader(boot.configuration().resolve(
                ModuleFinder.of(classes), ModuleFinder.of(), Set.of(module)), MultiFDMethods.class.getClassLoader()));
    }

    @Override
    public MultiFDMethods methods() {
        return ServiceLoader.load(layer, MultiFDMethods.class).stream()
                .filter(each -> each.type().getModule().getLayer() == layer).findFirst().orElseThrow().get();
    }

    @Override
    public int hostileRounds() {
        return 300;
    }
}
