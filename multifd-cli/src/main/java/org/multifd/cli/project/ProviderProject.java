package org.multifd.cli.project;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;

/**
 * A provider's project before its codec: what stands in which file. Its templates are the resources in
 * {@code new-provider}.
 *
 * @param name the method's, of provider-contract 1.1's grammar
 * @param group the Maven group
 * @param packageName the package, and the module
 * @param url where its sources are to be found
 * @param developer who publishes it
 * @param version of multifd, that it is built against
 */
public record ProviderProject(String name, String group, String packageName, String url, String developer,
        String version) {

    private static final String TEMPLATES = "new-provider/";
    private static final Pattern ENDS_IN_A_DIGIT = Pattern.compile("\\d(\\.|$)");

    /** The package of a method that nobody named one for. */
    public static String packageName(String group, String name) {
        String last = identifier(name);
        return identifier(group) + ".multifd." + (SourceVersion.isKeyword(last) ? last + '_' : last);
    }

    private static String identifier(String text) {
        return text.replace('-', '_');
    }

    private String className() {
        StringBuilder camel = new StringBuilder();
        for (String part : name.split("-")) {
            camel.append(part.isEmpty() ? "" : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return camel.toString();
    }

    /** Contents by path within the project, directories separated by slashes. */
    public Map<String, String> files() {
        String sources = "src/main/java/";
        String classes = packageName.replace('.', '/') + '/' + className();
        Map<String, String> files = new LinkedHashMap<>();
        files.put("pom.xml", fill("pom.xml"));
        files.put("README.md", fill("README.md"));
        files.put(".gitignore", fill("gitignore"));
        files.put("LICENSE", read("LICENSE"));
        files.put(".github/workflows/ci.yml", fill("ci.yml"));
        files.put("src/assembly/provider.xml", fill("provider.xml"));
        files.put(sources + "module-info.java", fill("module-info.java"));
        files.put(sources + classes + "Methods.java", fill("Methods.java"));
        files.put(sources + classes + "Sender.java", fill("Sender.java"));
        files.put(sources + classes + "Receiver.java", fill("Receiver.java"));
        files.put("src/main/resources/META-INF/services/org.multifd.api.MultiFDMethods", fill("services"));
        files.put("src/test/java/" + classes + "ConformanceTest.java", fill("ConformanceTest.java"));
        return files;
    }

    private String fill(String template) {
        return read(template)
                .replace("@suppress@", ENDS_IN_A_DIGIT.matcher(packageName).find()
                        ? "// javac warns of module names that end in digits, which here are the method's own\n"
                            + "@SuppressWarnings(\"module\")\n" : "")
                .replace("@package@", packageName)
                .replace("@group@", group)
                .replace("@url@", xml(url))
                .replace("@developer@", xml(developer))
                .replace("@version@", version)
                .replace("@Name@", className())
                .replace("@name@", name);
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String read(String template) {
        try (InputStream in = ProviderProject.class.getResourceAsStream(TEMPLATES + template)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
