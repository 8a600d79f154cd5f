package org.multifd.install;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What this process tells the one that started it: a word and fields in each line, none with a blank in it. */
final class Output {

    private final PrintStream out;

    Output(PrintStream out) {
        this.out = out;
    }

    synchronized void line(String word, String... fields) {
        out.println(word + Arrays.stream(fields).map(each -> ' ' + URLEncoder.encode(each, StandardCharsets.UTF_8))
                .collect(Collectors.joining()));
        out.flush();
    }
}
