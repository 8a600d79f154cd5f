package org.multifd.cli.verify;

import java.util.List;
import java.util.Map;
import org.multifd.cli.console.Console;
import org.multifd.cli.console.Json;
import org.multifd.tck.Rule;
import org.multifd.tck.RuleResult;
import org.multifd.tck.RuleResult.Outcome;

/** For programs: JSON lines. */
public final class JsonVerifyReport implements VerifyReport {

    private final Console console;

    public JsonVerifyReport(Console console) {
        this.console = console;
    }

    @Override
    public void problem(String path, String message) {
        Map<String, Object> line = Json.message("problem");
        line.put("path", path);
        line.put("message", message);
        console.result(Json.line(line));
    }

    @Override
    public void checking(Verdict verdict, Rule rule, double seconds) {
        // a rule's result comes within seconds
    }

    @Override
    public void progress(String line) {
        console.progress(line);
    }

    @Override
    public void result(Verdict verdict, RuleResult result, double seconds) {
        Map<String, Object> line = of("rule", verdict);
        line.put("rule", result.rule().number());
        line.put("title", result.rule().title());
        line.put("result", word(result.outcome()));
        line.put("detail", result.detail());
        line.put("seconds", seconds);
        console.result(Json.line(line));
    }

    private static Map<String, Object> of(String type, Verdict verdict) {
        Map<String, Object> line = Json.message(type);
        line.put("method", verdict.provider().method());
        line.put("class", verdict.provider().providerClass());
        return line;
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "passed";
            case FAILED -> "failed";
            case NOT_CHECKABLE -> "not_checked";
        };
    }

    @Override
    public void verdict(Verdict verdict, long seed) {
        Map<String, Object> line = of("provider", verdict);
        Candidate provider = verdict.provider();
        line.put("module", provider.module());
        line.put("version", provider.version());
        line.put("location", provider.location());
        line.put("layer", provider.layer().toString());
        line.put("api", provider.apiVersion());
        line.put("result", verdict.word());
        line.put("unusable", verdict.unusable());
        line.put("passed", verdict.count(Outcome.PASSED));
        line.put("failed", verdict.count(Outcome.FAILED));
        line.put("not_checked", verdict.count(Outcome.NOT_CHECKABLE));
        line.put("printed_lines", verdict.printed());
        line.put("first_printed", verdict.firstPrinted());
        line.put("seed", seed);
        line.put("seconds", verdict.seconds());
        console.result(Json.line(line));
    }

    @Override
    public void summary(List<Verdict> verdicts, int problems) {
        Map<String, Object> line = Json.message("summary");
        line.put("providers", verdicts.size());
        line.put("passed", verdicts.stream().filter(Verdict::passed).count());
        line.put("problems", problems);
        console.result(Json.line(line));
    }
}
