package org.multifd.cli.option;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.multifd.api.MethodParameter;
import org.multifd.api.ParameterValues;
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
            String otherwise = first.defaultValue() == null ? "" : " (" + first.defaultValue() + ")";
            command.addOption(OptionSpec.builder("--" + name).paramLabel(label(first)).type(String.class)
                    .setter(remember(name))
                    .description(escaped(first.help()) + "; " + escaped(expected(declarations) + otherwise) + ".")
                    .build());
        });
    }

    private static String label(MethodParameter parameter) {
        return switch (parameter.type()) {
            case INTEGER -> "N";
            case BOOLEAN -> "on|off";
            case CHOICE -> "WORD";
            case SIZE -> "SIZE";
            case STRING -> "TEXT";
            case PATH, SECRET -> "FILE";
        };
    }

    private static String expected(List<MethodParameter> declarations) {
        return declarations.stream().map(each -> each.type() == MethodParameter.Type.SECRET
                ? "a file whose first line is the secret" : each.expected()).distinct()
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

    /** Sets what was given, checked. */
    public void set(MigrationParameters.Builder builder) throws MigrationException {
        for (Map.Entry<String, String> each : methodParameters.entrySet()) {
            builder.set(each.getKey(), checked(declared.get(each.getKey()), each.getValue()));
        }
    }

    /**
     * Core checks it too, but only when a migration starts: that is late for a typing error. Which provider will serve
     * is not known here, as nobody is asked whether it works: what one of them takes is not refused.
     */
    private static String checked(List<MethodParameter> declarations, String value) throws MigrationException {
        MigrationException refusal = null;
        for (MethodParameter each : declarations) {
            try {
                String text = each.type() == MethodParameter.Type.SECRET ? secret(each, value) : value;
                ParameterValues.check(each, text);
                return text;
            } catch (IllegalArgumentException e) {
                refusal = new MigrationException(Kind.USAGE, declarations.size() == 1 ? e.getMessage()
                        : e.getMessage().substring(0, e.getMessage().lastIndexOf(", expected ") + 11)
                                + expected(declarations), e);
            }
        }
        throw refusal;
    }

    /** A secret on the command line would be seen by every user of the machine, so a file holds it. */
    private static String secret(MethodParameter parameter, String file) {
        try (BufferedReader lines = Files.newBufferedReader(Path.of(file))) {
            String line = lines.readLine();
            return line == null ? "" : line;
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(parameter.name() + ": received " + file
                    + ", expected a file whose first line is the secret", e);
        }
    }
}
