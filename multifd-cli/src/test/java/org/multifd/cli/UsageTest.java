package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.cli.console.Console;
import org.multifd.core.MethodRegistry;

class UsageTest {

    private final MethodRegistry registry = MethodRegistry.of(PlainMethods.working("plain"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'' | no command given, expected demo, methods, receive, send, convert, relay, inspect, bench, "
                + "verify, new-provider, install, installed or remove; see multifd --help",
        "dmeo | unknown command dmeo, expected demo, methods, receive, send, convert, relay, inspect, bench, "
        + "verify, new-provider, install, installed or remove; see multifd --help",
        "demo x | unexpected argument x; see multifd demo --help",
        "demo --sise 3M | unknown option --sise (did you mean --size?); see multifd demo --help",
        "methods --levl | unknown option --levl; see multifd methods --help",
        "demo --size | missing required parameter for option '--size' (BYTES); see multifd demo --help",
        "demo --size 1M --size 2M | option '--size' (BYTES) should be specified only once; see multifd demo --help",
        "demo --size 3Q | size: received 3Q, expected a number of bytes, perhaps with K, M, G or T after it (256M)",
        "demo --size 3000 | size: received 3000, expected at least 1M and a multiple of 4K",
        "demo --size 1048577 | size: received 1048577, expected at least 1M and a multiple of 4K",
        "demo --seed x | seed: received x, expected a whole number",
        "demo --multifd-channels 0 | multifd-channels: received 0, expected 1..255",
        "demo --multifd-channels 256 | multifd-channels: received 256, expected 1..255",
        "demo --zero-page-detection on | zero-page-detection: received on, expected multifd, legacy, none",
        "demo --downtime-limit=-1 | downtime-limit: received -1, expected 0..2000000",
        "demo --max-bandwidth fast | max-bandwidth: received fast, expected a number of bytes, perhaps with K, M, G "
        + "or T "
            + "after it (256M)",
        "demo --multifd-plain-effort 8 | multifd-plain-effort: received 8, expected -1..7",
        "demo --multifd-plain-effort -2 | multifd-plain-effort: received -2, expected -1..7",
        "receive | missing required parameters: 'tcp:HOST:PORT', 'file:PATH'; see multifd receive --help",
        "receive tcp:127.0.0.1:0 | missing required parameter: 'file:PATH'; see multifd receive --help",
        "receive tcp:127.0.0.1:0 x | file: received \"x\", expected file:PATH or file:PATH,offset=N",
        "receive tcp:127.0.0.1:0 file: | file: received \"file:\", expected file:PATH or file:PATH,offset=N",
        "receive tcp:127.0.0.1:0 file:x,offset=4Q | offset: received \"4Q\", expected a number of bytes up to "
        + "4611686018427387904,"
            + " perhaps with B, K, M, G, T, P or E after it, or 0x and hexadecimal digits",
        "receive file:x tcp::1 | the arguments are in each other's place, expected multifd receive tcp::1 file:x",
        "send unix:s file:x,offset=4 | the arguments are in each other's place, expected multifd send "
        + "file:x,offset=4 unix:s", "receive 127.0.0.1:0 file:x | address: received \"127.0.0.1:0\", expected "
        + "tcp:HOST:PORT or unix:PATH", "receive tcp:127.0.0.1:0 file:x --multifd-channels 0 | multifd-channels: "
        + "received 0, expected 1..255", "receive tcp:127.0.0.1:0 file:x --timeout soon | timeout: received soon, "
        + "expected 1..2147483647", "receive tcp:127.0.0.1:0 file:x --uuid 1 | uuid: received 1, expected the form "
        + "01234567-89ab-cdef-0123-456789abcdef", "demo --multifd-plain-effort much | multifd-plain-effort: received "
        + "\"much\", expected -1..7",
        "send file:a | missing required parameter: 'tcp:HOST:PORT'; see multifd send --help",
        "send a tcp:h:1 | file: received \"a\", expected file:PATH or file:PATH,offset=N",
        "send file: tcp:h:1 | file: received \"file:\", expected file:PATH or file:PATH,offset=N",
        "send file:a,offset=x tcp:h:1 | offset: received \"x\", expected a number of bytes up to "
        + "4611686018427387904, perhaps with B,"
            + " K, M, G, T, P or E after it, or 0x and hexadecimal digits",
        "receive file:a file:b | address: received \"file:a\", expected tcp:HOST:PORT or unix:PATH: multifd "
        + "convert makes one snapshot of another",
        "send file:a tcp:h:1 --sync-rule x | sync-rule: received x, expected auto, flush, eos",
        "send file:a tcp:h:1 --uuid x | uuid: received x, expected the form 01234567-89ab-cdef-0123-456789abcdef",
        "send file:a tcp:h:1 --timeout 0 | timeout: received 0, expected 1..2147483647",
        "send file:a tcp:h:1 --multifd-plain-effort 8 | multifd-plain-effort: received 8, expected -1..7",
        "relay tcp:h:1 | missing required parameter: 'tcp:HOST:PORT'; see multifd relay --help",
        "relay tcp:127.0.0.1:0 nowhere | address: received \"nowhere\", expected tcp:HOST:PORT or unix:PATH",
        "relay tcp:127.0.0.1:0 tcp:127.0.0.1:0 | address: received \"tcp:127.0.0.1:0\", expected a port of 1..65535, "
        + "the one "
            + "that the destination listens on",
        "relay tcp:127.0.0.1:9 tcp:127.0.0.1:9 | address: received tcp:127.0.0.1:9 twice, expected another one for the "
            + "destination: the relay would connect to itself",
        "demo --multifd-compression= | multifd-compression: received \"\", an empty name in it, expected methods' "
        + "names with "
            + "single commas (zstd,lz4,none)",
        "demo --multifd-compression=,plain | multifd-compression: received \",plain\", an empty name in it, expected "
        + "methods' "
            + "names with single commas (zstd,lz4,none)",
        "demo --multifd-compression=plain, | multifd-compression: received \"plain,\", an empty name in it, expected "
            + "methods' names with single commas (zstd,lz4,none)",
        "demo --multifd-compression plain,plain | multifd-compression: received \"plain,plain\", plain twice, "
            + "expected each name once",
        "bench --multifd-compression=,plain a | multifd-compression: received \",plain\", an empty name in it, "
            + "expected methods' names with single commas (zstd,lz4,none)",
        "bench --multifd-compression plain,plain a | multifd-compression: received \"plain,plain\", plain twice, "
            + "expected each name once",
        "bench --size 511K a | size: received 511K, expected 512K..1G",
        "bench --size 2G a | size: received 2G, expected 512K..1G",
        "demo --multifd-plian-effort 8 | unknown option --multifd-plian-effort (did you mean "
        + "--multifd-plain-effort?); see "
            + "multifd demo --help",
        "demo --multifd-plian-effort=8 | unknown option --multifd-plian-effort=8 (did you mean "
        + "--multifd-plain-effort?); see "
            + "multifd demo --help",
        "send file:a tcp:h:1 --nonsense | unknown option --nonsense; see multifd send --help",
        "relay nowhere tcp:h:1 | address: received \"nowhere\", expected tcp:HOST:PORT or unix:PATH",
        "relay tcp:h:1 tcp:h:2 --timeout 0 | timeout: received 0, expected 1..2147483647",
        "relay tcp:h:1 tcp:h:2 --multifd-plain-effort 8 | multifd-plain-effort: received 8, expected -1..7",
        "relay tcp:h:1 tcp:h:2 --max-bandwidth x | max-bandwidth: received x, expected a number of bytes, perhaps "
        + "with K, M, "
            + "G or T after it (256M)",
        "inspect | missing required parameter: 'file:PATH'; see multifd inspect --help",
        "inspect /a | file: received \"/a\", expected file:PATH or file:PATH,offset=N",
        "new-provider | missing required parameter: 'NAME'; see multifd new-provider --help",
        "new-provider Rle | name: received Rle, expected 1 to 31 characters of a-z, 0-9 and -, starting with a letter",
        "new-provider 2rle | name: received 2rle, expected 1 to 31 characters of a-z, 0-9 and -, starting with a "
        + "letter",
        "new-provider rle.x | name: received rle.x, expected 1 to 31 characters of a-z, 0-9 and -, starting with a "
        + "letter", "new-provider a1234567890123456789012345678901 | name: received "
        + "a1234567890123456789012345678901, expected 1 to 31 "
            + "characters of a-z, 0-9 and -, starting with a letter",
        "new-provider zstd | name: received zstd, expected one that does not mean a payload of QEMU's (none, zlib, "
        + "zstd, qpl, "
            + "uadk, qatzip)",
        "new-provider rle --group-id a..b | group-id: received a..b, expected a Maven group, such as com.example",
        "new-provider rle --package a.int | package: received a.int, expected a Java package's name, such as "
            + "com.example.multifd.rle",
        "new-provider rle --group-id 3.org | package: received 3.org.multifd.rle, expected a Java package's name, "
        + "such as "
            + "com.example.multifd.rle",
        "new-provider rle --directory= | directory: received , expected a path",
    })
    void shouldRefuseInOneLineWithTheRemedy(String line, String message) {
        String[] args = line.equals("''") ? new String[0] : line.split(" ");
        Run run = Run.with(registry, args);
        assertEquals("multifd: " + message + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(2, run.code());
    }

    /** The name that a command is given may be another command's. */
    @Test
    void shouldLookForProvidersOnlyForTheCommandsThatNeedThem() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Cli cli = new Cli(new Console(Run.stream(new ByteArrayOutputStream()), Run.stream(err), false, 80), paths -> {
            throw new AssertionError("providers were looked for");
        });
        assertEquals(2, cli.run("-v", "new-provider", "--group-id", "3.org", "demo"),
                err.toString(StandardCharsets.UTF_8));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("multifd: package: received 3.org.multifd.demo,"),
                err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldNameWhatExistsWhenAMethodIsUnknown() {
        Run run = Run.with(registry, "demo", "--multifd-compression", "plain,nosuch");
        assertEquals("multifd: method nosuch: no provider found; usable: plain; put the provider's jar on the module "
                + "path" + System.lineSeparator(), run.err());
        assertEquals("", run.out());
        assertEquals(5, run.code());
    }

    @Test
    void shouldSuggestTheMethodThatWasMeant() {
        Run run = Run.with(registry, "demo", "--multifd-compression", "plan");
        assertEquals("multifd: method plan: no provider found (did you mean plain?); usable: plain; put the "
                + "provider's jar on the module path" + System.lineSeparator(), run.err());
        assertEquals(5, run.code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "receive | tcp:HOST:PORT Where to listen; port 0 picks a free one. Or unix:PATH. file:PATH The snapshot to "
            + "write; with ,offset=N from there on, in place. Options",
        "send | file:PATH The snapshot; with ,offset=N it begins there in the file. tcp:HOST:PORT Where the "
        + "destination listens; or "
            + "unix:PATH. Options",
        "relay | tcp:HOST:PORT Where to listen; port 0 picks a free one. Or unix:PATH. tcp:HOST:PORT Where the "
        + "destination listens; "
            + "or unix:PATH. Options",
        "inspect | file:PATH The snapshot; with ,offset=N it begins there in the file. Options",
    })
    void shouldHelpWithTheArguments(String command, String list) {
        Run run = Run.with(registry, command, "--help");
        // the column is narrow: a line may end within an address
        assertTrue(run.out().replaceAll("\\s+", "").contains(list.replace(" ", "")), run.out());
    }

    @Test
    void shouldNotDemonstrateWithoutAnyMethod() {
        Run run = Run.with(MethodRegistry.of(PlainMethods.unusable("plain", "it is Sunday")), "demo");
        assertEquals(List.of("not usable here: method plain of org.multifd.cli.PlainMethods: it is Sunday",
                "multifd: no usable method found; see multifd methods"), run.err().lines().map(UsageTest::withoutModule)
                .toList());
        assertEquals(5, run.code());
    }

    /** The tests run in the command's module or in none, as the build has it. */
    private static String withoutModule(String line) {
        return line.replaceAll("method plain of [^:]*:", "method plain of org.multifd.cli.PlainMethods:");
    }

    @Test
    void shouldRefuseMoreRamThanThereIs() {
        Run run = Run.with(registry, "demo", "--size", "1048576T");
        assertTrue(run.err().matches("multifd: size: received 1048576T, expected at most half of this machine's \\S+ "
                + "[KMGT]iB, as source and destination are both here\\R"), run.err());
        assertEquals(2, run.code());
    }

    @Test
    void shouldShowAUsersLineBreaksAsBlanks() {
        Run run = Run.with(registry, "demo", "--size", "1\n2\u001b[31m");
        assertEquals("multifd: size: received 1 2 [31m, expected a number of bytes, perhaps with K, M, G or T after "
                + "it (256M)" + System.lineSeparator(), run.err());
    }

    @Test
    void shouldShowTheTraceOnlyWhenAsked() {
        Run run = Run.with(registry, "demo", "-v", "--multifd-channels", "300");
        assertTrue(run.err().startsWith("multifd: multifd-channels: received 300, expected 1..255"
                + System.lineSeparator() + "org.multifd.core.MigrationException"), run.err());
        assertEquals(2, run.code());
    }

    @ParameterizedTest
    @CsvSource({"--help", "demo --help", "methods --help", "receive --help", "relay --help", "send --help",
        "inspect --help", "bench --help", "verify --help", "new-provider --help", "install --help", "installed --help",
        "remove --help"})
    void shouldHelpWithinEightyColumns(String line) {
        Run run = Run.with(registry, line.split(" "));
        assertEquals("", run.err());
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("Usage: multifd"), run.out());
        run.out().lines().forEach(each -> assertTrue(each.length() <= 80, each));
    }

    @Test
    void shouldHelpWithWhatMethodsDeclare() {
        Run run = Run.with(registry, "demo", "--help");
        String words = run.out().replaceAll("\\s+", " ");
        assertTrue(words.contains("--multifd-plain-effort=N 100 % effort, for $5; -1..7 (2)."), run.out());
    }

    @Test
    void shouldPrintItsVersion() {
        Run run = Run.with(registry, "--version");
        assertTrue(run.out().matches("multifd (\\d\\S*|\\(unknown version\\)) \\(API 1, Java \\d+\\)\\R"), run.out());
        assertEquals(0, run.code());
    }
}
