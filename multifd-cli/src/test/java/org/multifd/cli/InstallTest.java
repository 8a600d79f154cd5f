package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code install}, {@code installed} and {@code remove}: what is there afterwards, and each refusal. */
class InstallTest {

    private static final String END = "; nothing was installed" + System.lineSeparator();

    @TempDir
    Path temp;

    private Path home;

    @BeforeEach
    void setUp() {
        home = temp.resolve("data/multifd/providers");
        System.setProperty("multifd.user.providers", home.toString());
        System.setProperty("multifd.resolver", "../multifd-install/target/resolver");
    }

    @AfterEach
    void tearDown() {
        System.clearProperty("multifd.user.providers");
        System.clearProperty("multifd.resolver");
    }

    private static byte[] jar(Path directory, String method) throws IOException {
        return Files.readAllBytes(ExtraProvider.jar(Files.createDirectories(directory), method, ""));
    }

    private Path zip(String name, Map<String, byte[]> entries) throws IOException {
        Path zip = temp.resolve(name);
        try (OutputStream file = Files.newOutputStream(zip); ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return zip;
    }

    /** A zip with a provider in it, and this entry. */
    private Path zipWith(String entry, byte[] content) throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("extra.jar", jar(temp.resolve("built"), "extra"));
        entries.put(entry, content);
        return zip("provider.zip", entries);
    }

    private List<String> inHome() throws IOException {
        if (!Files.exists(home)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(home)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> !each.equals(".lock") && !each.equals(".installed")).sorted().toList();
        }
    }

    private void assertRefused(int code, String message, String... args) throws IOException {
        Run run = Run.of(args);
        assertEquals("multifd: " + message, run.err());
        assertEquals(code, run.code());
        assertEquals(List.of(), inHome());
        assertTrue(!Files.exists(home.resolve(".installed")) || home.resolve(".installed").toFile().list().length == 0);
    }

    @Test
    void shouldInstallAZipAndFindItsMethod() throws Exception {
        Path zip = zipWith("dictionary.bin", new byte[1234]);
        Run run = Run.of("install", zip.toString());
        assertEquals("", run.err());
        assertEquals(0, run.code());
        assertEquals(List.of(zip + ":", String.format("  %,12d bytes  dictionary.bin", 1234),
                String.format("  %,12d bytes  extra.jar, module m.extra", Files.size(
                        home.resolve("extra/extra.jar"))),
                "methods: extra", "installed extra in " + home.resolve("extra")), run.outLines());
        assertEquals(1234, Files.size(home.resolve("extra/dictionary.bin")));
        assertTrue(Run.of("methods").outLines().contains("          layer " + home.resolve("extra")));
        assertEquals(0, Run.of("demo", "--size", "1M", "--multifd-compression", "extra").code());
        assertEquals(List.of("extra  " + zip), Run.of("installed").outLines());
        assertEquals(Map.of("message_type", "installed", "name", "extra", "path", home.resolve("extra").toString(),
                "source", zip.toString(), "repository", "", "methods", List.of("extra")),
                JsonReader.object(Run.of("installed", "--json").outLines().get(0)));
    }

    @Test
    void shouldInstallACopyOfADirectory() throws Exception {
        jar(temp.resolve("provider"), "extra");
        Run run = Run.of("install", temp.resolve("provider").toString(), "--name", "mine");
        assertEquals(0, run.code(), run.err());
        assertEquals(List.of("mine"), inHome());
        assertEquals("installed mine in " + home.resolve("mine"), run.outLines().get(run.outLines().size() - 1));
    }

    @Test
    void shouldTakeAZipWhoseFilesAreInOneDirectory() throws Exception {
        Path zip = zip("provider.zip", Map.of("extra-1.0/extra.jar", jar(temp.resolve("built"), "extra"),
                "extra-1.0/notes", new byte[1]));
        assertEquals(0, Run.of("install", zip.toString()).code());
        assertTrue(Files.isRegularFile(home.resolve("extra/extra.jar")));
    }

    @Test
    void shouldReplaceAnotherVersionOfTheSameSource() throws Exception {
        Path zip = zipWith("one", new byte[1]);
        Run.of("install", zip.toString());
        Path before = home.resolve("extra").toRealPath();
        zipWith("two", new byte[2]);
        Run run = Run.of("install", zip.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("installed extra in " + home.resolve("extra") + ", in place of " + zip));
        assertTrue(Files.exists(home.resolve("extra/two")));
        assertFalse(Files.exists(home.resolve("extra/one")));
        assertFalse(Files.exists(before), "the old files are deleted");
        assertEquals(List.of("extra"), inHome());
    }

    @Test
    void shouldNotReplaceWhatCameFromElsewhereUnlessAsked() throws Exception {
        Path zip = zipWith("one", new byte[1]);
        Run.of("install", zip.toString());
        Path other = Files.copy(zip, temp.resolve("other.zip"));
        Run run = Run.of("install", other.toString());
        assertEquals("multifd: " + home.resolve("extra") + ": exists already, " + zip + ": give --replace to replace "
                + "it, or choose another --name; nothing was changed" + System.lineSeparator(), run.err());
        assertEquals(6, run.code());
        assertEquals(List.of("extra  " + zip), Run.of("installed").outLines());
        assertEquals(0, Run.of("install", "--replace", other.toString()).code());
        assertEquals(List.of("extra  " + other), Run.of("installed").outLines());
    }

    @Test
    void shouldNotReplaceWhatWasPutThereByHand() throws Exception {
        jar(home.resolve("extra"), "extra");
        for (List<String> options : List.of(List.<String>of(), List.of("--replace"))) {
            Run run = Run.of(Stream.concat(Stream.of("install", zipWith("one", new byte[1]).toString()),
                    options.stream()).toArray(String[]::new));
            assertEquals("multifd: " + home.resolve("extra") + ": exists already, put there by hand: remove it first "
                    + "(multifd remove extra), or choose another --name; nothing was changed"
                    + System.lineSeparator(), run.err());
            assertEquals(6, run.code());
        }
        assertEquals(List.of("extra"), inHome());
    }

    @Test
    void shouldRemoveWhatIsInstalled() throws Exception {
        Path zip = zipWith("one", new byte[1]);
        Run.of("install", zip.toString());
        Run run = Run.of("remove", "extra");
        assertEquals("removed extra, " + zip + System.lineSeparator(), run.out());
        assertEquals(0, run.code(), run.err());
        assertEquals(List.of(), inHome());
        Run again = Run.of("remove", "extra");
        assertEquals("multifd: extra: is not in " + home + ", expected a provider there, and there is none"
                + System.lineSeparator(), again.err());
        assertEquals(6, again.code());
        assertEquals("multifd: nothing is installed in " + home + System.lineSeparator(),
                Run.of("installed").err());
        assertEquals(2, Run.of("remove", "../x").code());
        assertEquals(2, Run.of("remove", ".installed").code());
    }

    @ParameterizedTest
    @CsvSource({"../evil.jar, a path that leads elsewhere", "a/../../evil.jar, a path that leads elsewhere",
        "/tmp/evil.jar, a path from the root", "a\\..\\evil.jar, a path from the root",
        "C:evil.jar, a path from the root", "./evil.jar, a path that leads elsewhere",
        "deep/evil.jar, a directory inside the provider's", ".hidden, a hidden file"})
    void shouldRefuseAZipThatWouldWriteElsewhere(String entry, String what) throws Exception {
        Path zip = zipWith(entry, new byte[1]);
        assertRefused(6, zip + ": received the entry \"" + entry + "\", " + what + ", expected the files of a "
                + "provider's directory" + END, "install", zip.toString());
    }

    /** Changes the last entry in a zip's directory. */
    private static void patchLast(Path zip, Consumer<ByteBuffer> change) throws IOException {
        byte[] bytes = Files.readAllBytes(zip);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        for (int i = 0; i + Integer.BYTES <= bytes.length; i++) {
            last = file.getInt(i) == 0x02014b50 ? i : last;
        }
        change.accept(file.position(last).slice().order(ByteOrder.LITTLE_ENDIAN));
        Files.write(zip, bytes);
    }

    @Test
    void shouldRefuseALinkInAZip() throws Exception {
        Path zip = zipWith("link.jar", "/etc/passwd".getBytes(StandardCharsets.UTF_8));
        patchLast(zip, directory -> directory.put(5, (byte) 3).putInt(38, 0120777 << 16)); // made by Unix, a link
        assertRefused(6, zip + ": received the entry \"link.jar\", a link, expected the files of a provider's "
                + "directory" + END, "install", zip.toString());
    }

    /** Nothing of it is unpacked. */
    @Test
    void shouldRefuseAZipThatSaysThatItIsLarge() throws Exception {
        Path zip = zipWith("bomb.jar", new byte[100]);
        patchLast(zip, directory -> directory.putInt(24, 0x7fffffff)); // the size of what comes out
        assertRefused(6, zip + ": received more than 1073741824 bytes, expected a provider's jars" + END,
                "install", zip.toString());
    }

    @Test
    void shouldRefuseAZipOfAnyNumberOfFiles() throws Exception {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int i = 0; i < 1001; i++) {
            entries.put("file" + i, new byte[0]);
        }
        Path zip = zip("many.zip", entries);
        assertRefused(6, zip + ": received more than 1000 files, expected the few of a provider" + END,
                "install", zip.toString());
    }

    @Test
    void shouldRefuseWhatIsNoZip() throws Exception {
        Path zip = Files.writeString(temp.resolve("provider.zip"), "no zip");
        assertRefused(6, zip + ": cannot be read as a zip: it has no directory at its end" + END, "install",
                zip.toString());
        assertRefused(2, "received nosuch.zip, expected GROUP:ARTIFACT:VERSION, or a zip or directory that is there"
                + System.lineSeparator(), "install", "nosuch.zip");
    }

    @Test
    void shouldRefuseAZipWithoutAProvider() throws Exception {
        Path zip = zip("provider.zip", Map.of("notes", new byte[1]));
        assertRefused(5, zip + ": cannot be used here: received a directory without a jar, expected a provider's "
                + "jars: put them there, or name the directory that has them" + END, "install", zip.toString());
        Path library = zip("library.zip", Map.of("library.jar", Files.readAllBytes(zip)));
        assertRefused(5, library + ": cannot be used here: received no provider, expected a module that provides "
                + "org.multifd.api.MultiFDMethods, or a jar without module-info and with "
                + "META-INF/services/org.multifd.api.MultiFDMethods" + END, "install", library.toString());
    }

    @Test
    void shouldRefuseAProviderForANewerApi() throws Exception {
        Path jar = ZooJar.of("com.example.newer", "newer").member("apiVersion",
                "public int apiVersion() { return 99; }").member("needsApi",
                "public int needsApi() { return 99; }").into(temp);
        Path zip = zip("provider.zip", Map.of("newer.jar", Files.readAllBytes(jar)));
        Run run = Run.of("install", zip.toString());
        assertTrue(run.err().startsWith("multifd: " + zip + ": cannot be used here: method newer: built for another "
                + "API: received version 99, expected ") && run.err().endsWith(END), run.err());
        assertEquals(1, run.err().lines().count());
        assertEquals(5, run.code());
        assertEquals(List.of(), inHome());
    }

    @Test
    void shouldRefuseANameThatIsNoDirectorys() throws Exception {
        Path zip = zipWith("one", new byte[1]);
        for (String name : List.of("../x", ".x", "", "a b")) {
            assertRefused(2, "name: received " + name + ", expected a directory's name of letters, digits, '.', '_' "
                    + "and '-'" + System.lineSeparator(), "install", zip.toString(), "--name=" + name);
        }
    }

    @Test
    void shouldSayThatThereIsNoUsersDirectory() {
        System.clearProperty("multifd.user.providers");
        Run run = Run.of("installed");
        assertEquals("multifd: there is no user's directory of providers: set XDG_DATA_HOME or HOME for bin/multifd, "
                + "or multifd.user.providers for Java" + System.lineSeparator(), run.err());
        assertEquals(2, run.code());
    }

    /** The resolver itself is tried by the tests of its own module. */
    @Test
    void shouldInstallFromAMavenRepositoryByCoordinates() throws Exception {
        Path repository = temp.resolve("repository");
        Path at = Files.createDirectories(repository.resolve("com/example/extra"));
        deploy(at, "extra", "1.0", jar(temp.resolve("built"), "extra"));
        deploy(at, "extra", "2.0", jar(temp.resolve("built"), "extra"));
        Path settings = Files.writeString(temp.resolve("settings.xml"), "<settings><localRepository>"
                + temp.resolve("local") + "</localRepository><mirrors><mirror><id>mine</id><mirrorOf>*</mirrorOf><url>"
                + repository.toUri() + "</url></mirror></mirrors></settings>");
        Run run = Run.of("install", "--settings", settings.toString(), "com.example:extra:1.0");
        assertEquals(0, run.code(), run.err());
        assertEquals("com.example:extra:1.0 from mine:", run.outLines().get(0));
        assertTrue(Files.isRegularFile(home.resolve("extra/extra-1.0.jar")));
        Run second = Run.of("install", "--settings", settings.toString(), "com.example:extra:2.0");
        assertEquals("installed extra in " + home.resolve("extra") + ", in place of com.example:extra:1.0",
                second.outLines().get(second.outLines().size() - 1), second.err());
        Run unknown = Run.of("install", "--settings", settings.toString(), "com.example:extra:3.0");
        assertEquals("multifd: com.example:extra:3.0: not in mine (" + repository.toUri() + "): check the coordinates, "
                + "or name its repository by --repository" + END, unknown.err());
        assertEquals(6, unknown.code());
        assertEquals(List.of("extra  com.example:extra:2.0"), Run.of("installed").outLines());
    }

    private static void deploy(Path at, String artifact, String version, byte[] jar) throws Exception {
        Path directory = Files.createDirectories(at.resolve(version));
        byte[] pom = ("<project><modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>"
                + artifact + "</artifactId><version>" + version + "</version></project>")
                .getBytes(StandardCharsets.UTF_8);
        for (Map.Entry<String, byte[]> each : Map.of(".pom", pom, ".jar", jar).entrySet()) {
            String name = artifact + '-' + version + each.getKey();
            Files.write(directory.resolve(name), each.getValue());
            Files.writeString(directory.resolve(name + ".sha1"), HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-1").digest(each.getValue())));
        }
    }

    @Test
    void shouldSayThatThereIsNoResolver() throws IOException {
        System.setProperty("multifd.resolver", temp.resolve("nowhere").toString());
        assertRefused(2, "there is nothing here that fetches from Maven repositories, expected it in "
                + temp.resolve("nowhere") + ": install a zip of the provider's directory, or use bin/multifd of a "
                + "distribution" + System.lineSeparator(), "install", "a:b:1");
    }
}
