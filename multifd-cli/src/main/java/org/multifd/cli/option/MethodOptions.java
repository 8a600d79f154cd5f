package org.multifd.cli.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.multifd.api.MethodParameter;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.MigrationParameters;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** The parameters that the methods found declare, on the command line. */
public final class MethodOptions {

    private final Map<String, String> methodParameters = new TreeMap<>();
    /** Several providers of a method may declare it, each in its own way. */
    private final Map<String, List<MethodParameter>> declared = new TreeMap<>();

    /** Adds an option for every parameter that a method declares, whether it can be used here or not. */
    public void declare(CommandSpec command, List<MethodParameter> parameters) {
        for (MethodParameter each : parameters) {
            declared.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each);
        }
        declared.forEach((name, declarations) -> {
            MethodParameter first = declarations.get(0);
            command.addOption(OptionSpec.builder("--" + name).paramLabel("N").type(String.class)
                    .setter(remember(name))
                    .description(escaped(first.help()) + "; " + ranges(declarations) + " (" + first.defaultValue()
                    + ").")
                    .build());
        });
    }

    private static String ranges(List<MethodParameter> declarations) {
        return declarations.stream().map(each -> each.min() + ".." + each.max()).distinct()
                .collect(Collectors.joining(" or "));
    }

    private ISetter remember(String name) {
        return new ISetter() {
            @Override
            @SuppressWarnings("unchecked") // picocli's signature: the caller says what type it expects back
            public <T> T set(T value) {
                return (T) (value == null ? methodParameters.remove(name) : methodParameters.put(name,
                        value.toString()));
            }
        };
    }

    /** Others wrote it, and picocli formats it. */
    private static String escaped(String help) {
        String text = help.replace("%", "%%").replace("$", "$$").replace("@|", "@ |").strip();
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /** What was given, checked. */
    public void set(MigrationParameters.Builder builder) throws MigrationException {
        for (Map.Entry<String, String> each : methodParameters.entrySet()) {
            checkRange(declared.get(each.getKey()), each.getValue());
            builder.set(each.getKey(), each.getValue());
        }
    }

    /**
     * Core checks it too, but only when a migration starts: that is late for a typing error. Which provider will serve
     * is not known here, as nobody is asked whether it works: what one of them takes is not refused.
     */
    private static void checkRange(List<MethodParameter> declarations, String value) throws MigrationException {
        try {
            int number = Integer.parseInt(value);
            if (declarations.stream().anyMatch(each -> number >= each.min() && number <= each.max())) {
                return;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for both
        }
        throw new MigrationException(Kind.USAGE, declarations.get(0).name() + ": received " + value + ", expected "
                + ranges(declarations));
    }
}
