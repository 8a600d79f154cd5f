package org.multifd.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.multifd.api.MethodParameter;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.cli.provider.NativeCode;
import org.multifd.cli.provider.Provenance;
import org.multifd.cli.provider.Registry;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.ProviderInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code multifd methods}: every provider, and what keeps one from serving its name. */
@Command(name = "methods",
        header = "List the compression methods found, and what keeps one from working.",
        description = {
            "Each provider with its module and version, the API it was built for, its parameters, its native "
                + "library, its jar, and the jar or directory that was loaded as a layer of its own, or the module "
                + "path or class path. Its state is:%n",
            "usable    it serves its name",
            "unusable  it cannot work here; the line below says why",
            "outdone   it works, but another provider serves the name, or it ties with one",
            "broken    it could not be loaded"},
        descriptionHeading = "%n",
        optionListHeading = "%nOptions:%n")
public final class MethodsCommand implements Callable<Integer> {

    private static final String ROW = "%-8s  %-8s  %3s  %s";
    private static final String INDENT = " ".repeat(10);

    @Option(names = "--json", description = "Print JSON lines: method, problem, failed.")
    private boolean json;

    private final Console console;
    private final Registry load;

    public MethodsCommand(Console console, Registry load) {
        this.console = console;
        this.load = load;
    }

    @Override
    public Integer call() throws MigrationException {
        MethodRegistry registry = load.forListing();
        List<ProviderInfo> methods = registry.methods();
        NativeCode code = NativeCode.now(); // methods that have been asked have loaded theirs
        if (!json) {
            console.result(String.format(ROW, "method", "state", "API", "provider"));
        }
        for (ProviderInfo each : methods) {
            if (json) {
                console.result(Json.line(json(each, code.of(each))));
            } else {
                show(each, code.of(each));
            }
        }
        for (MigrationException each : registry.problems()) {
            if (json) {
                Map<String, Object> line = Json.message("problem");
                line.put("message", each.getMessage());
                console.result(Json.line(line));
            } else {
                console.result(String.format(ROW, "-", "broken", "-", "").stripTrailing());
                wrap(each.getMessage()).forEach(console::result);
            }
        }
        if (methods.stream().noneMatch(ProviderInfo::serves)) {
            throw new MigrationException(Kind.METHOD, "no usable method found; " + Registry.advice());
        }
        return 0;
    }

    private static String state(ProviderInfo method) {
        if (method.serves() && !method.availability().canSend()) {
            return "receives";
        }
        return method.serves() ? "usable" : method.availability().usable() ? "outdone" : "unusable";
    }

    private void show(ProviderInfo method, String nativeCode) {
        console.result(String.format(ROW, method.name(), state(method), method.apiVersion(), Provenance.of(method)));
        wrap(method.lost().isEmpty() ? method.availability().detail() : method.lost()).forEach(console::result);
        for (MethodParameter each : method.parameters()) {
            wrap(each.name() + " " + each.expected() + (each.defaultValue() == null ? "" : " (" + each.defaultValue()
                    + ")") + ": " + each.help())
                    .forEach(console::result);
        }
        if (!nativeCode.isEmpty()) {
            wrap("native library " + nativeCode).forEach(console::result);
        }
        // paths are never broken, so that they can be copied
        if (!method.location().isEmpty()) {
            console.result(INDENT + "jar " + method.location());
        }
        console.result(INDENT + "layer " + method.layer());
    }

    private List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : text.split(" ")) {
            boolean begun = line.length() > INDENT.length();
            if (begun && line.length() + 1 + word.length() > console.columns()) {
                lines.add(line.toString());
                line.setLength(INDENT.length());
                begun = false;
            }
            line.append(begun ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static Map<String, Object> json(ProviderInfo method, String nativeCode) {
        Map<String, Object> line = Json.message("method");
        line.put("method", method.name());
        line.put("state", state(method));
        line.put("detail", method.lost().isEmpty() ? method.availability().detail() : method.lost());
        line.put("class", method.providerClass());
        line.put("module", method.module());
        line.put("version", method.version());
        line.put("location", method.location());
        line.put("layer", method.layer());
        line.put("native_code", nativeCode);
        line.put("api", method.apiVersion());
        line.put("priority", method.priority());
        line.put("parameters", method.parameters().stream().map(MethodsCommand::json).toList());
        return line;
    }

    private static Map<String, Object> json(MethodParameter parameter) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", parameter.name());
        values.put("type", parameter.type().name().toLowerCase(Locale.ROOT));
        values.put("expected", parameter.expected());
        if (parameter.type() == MethodParameter.Type.INTEGER || parameter.type() == MethodParameter.Type.SIZE) {
            values.put("min", parameter.min());
            values.put("max", parameter.max());
            values.put("default", parameter.number(parameter.defaultValue()));
        } else if (parameter.defaultValue() != null) {
            values.put("default", parameter.defaultValue());
        }
        values.put("help", parameter.help());
        return values;
    }
}
