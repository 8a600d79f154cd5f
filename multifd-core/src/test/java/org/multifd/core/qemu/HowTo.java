package org.multifd.core.qemu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages on what to type at a QEMU's monitor. */
final class HowTo {

    private static final Pattern COMMAND = Pattern.compile("\\{\"execute\": \"([a-z-]+)\", \"arguments\": (.*)}");

    private HowTo() {
    }

    /**
     * Types all commands of a page's block of JSON, one of which may go on in indented lines, as they stand there but
     * for what differs from machine to machine.
     *
     * @param real by what stands on the page, which must be in the block
     */
    static void type(Qemu qemu, String page, String block, Map<String, String> real) throws IOException {
        Matcher commands = Pattern.compile("```json " + block + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "howto", page)));
        assertTrue(commands.find(), page + " has no block " + block);
        String text = commands.group(1);
        for (Map.Entry<String, String> each : real.entrySet()) {
            assertTrue(text.contains(each.getKey()), block + " without " + each.getKey());
            text = text.replace(each.getKey(), each.getValue());
        }
        // How it ended is told by an event; a user asks.
        qemu.execute("migrate-set-capabilities", "{\"capabilities\": [{\"capability\": \"events\", \"state\": true}]}");
        for (String line : text.replaceAll("\\R +", " ").lines().toList()) {
            Matcher command = COMMAND.matcher(line);
            assertTrue(command.matches(), line);
            qemu.execute(command.group(1), command.group(2));
        }
        Pattern starts = Pattern.compile("\"(migrate|migrate-incoming|migrate-recover)\"");
        assertEquals(1, starts.matcher(text).results().count(), block);
    }
}
