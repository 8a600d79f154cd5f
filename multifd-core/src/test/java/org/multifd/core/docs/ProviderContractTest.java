package org.multifd.core.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The contract has one text, the Javadoc of {@code MultiFDMethods}; the page shows it and the kit checks it. */
class ProviderContractTest {

    private static final Pattern RULE = Pattern.compile("<dt>(\\d\\.\\d)</dt><dd>(.*?)</dd>", Pattern.DOTALL);

    private static Map<String, String> javadoc() throws IOException {
        Map<String, String> rules = new LinkedHashMap<>();
        Matcher rule = RULE.matcher(Repository.read("multifd-api/src/main/java/org/multifd/api/MultiFDMethods.java"));
        while (rule.find()) {
            rules.put(rule.group(1), markdown(rule.group(2)));
        }
        return rules;
    }

    private static String markdown(String javadoc) {
        String line = javadoc.replaceAll("\\s*\\R \\* ", " ").replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("</?em>", "*");
        return Pattern.compile("\\{@link ([^}]*)}").matcher(line)
                .replaceAll(link -> "`" + link.group(1).replaceAll("^([a-z]+\\.)*#?", "").replace('#', '.') + "`");
    }

    @Test
    void shouldShowEveryRuleInTheJavadocsWords() throws Exception {
        Map<String, String> page = new LinkedHashMap<>();
        Matcher rule = Pattern.compile("(?m)^\\*\\*(\\d\\.\\d)\\*\\* ((?:.+\\R)+)")
                .matcher(Repository.read("docs/reference/provider-contract.md"));
        while (rule.find()) {
            page.put(rule.group(1), rule.group(2).strip().replaceAll("\\R", " "));
        }
        assertEquals(lines(javadoc()), lines(page));
    }

    @Test
    void shouldSayOfEveryRuleHowItIsChecked() throws Exception {
        assertEquals(new ArrayList<>(javadoc().keySet()),
                Repository.table(Repository.read("docs/reference/provider-contract.md"), "rule")
                .stream().map(row -> row.get(0)).toList());
    }

    private static String lines(Map<String, String> rules) {
        StringBuilder text = new StringBuilder();
        rules.forEach((number, rule) -> text.append("**").append(number).append("** ").append(rule).append("\n\n"));
        return text.toString();
    }

    @Test
    void shouldBeKnownToTheKitRuleByRule() throws Exception {
        List<String> kit = new ArrayList<>();
        Matcher rule = Pattern.compile("\\bRULE_(\\d)_(\\d)\\(\"(\\d\\.\\d)\"")
                .matcher(Repository.read("multifd-tck/src/main/java/org/multifd/tck/Rule.java"));
        while (rule.find()) {
            assertEquals(rule.group(1) + "." + rule.group(2), rule.group(3));
            kit.add(rule.group(3));
        }
        assertEquals(new ArrayList<>(javadoc().keySet()), kit);
    }
}
