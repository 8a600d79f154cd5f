package org.multifd.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;

/** What is fetched, from where, as whom, and how each failure is told; every repository is on this machine. */
class ResolutionTest {

    private static final String PROVIDER = "com.example:codec:1.0";

    @TempDir
    Path home;

    private MavenRepository repository;

    @BeforeEach
    void start() throws IOException {
        repository = new MavenRepository();
        settings("");
    }

    @AfterEach
    void stop() {
        repository.close();
    }

    /** Writes settings in which Maven Central is this repository. */
    private void settings(String more) throws IOException {
        write("<mirrors><mirror><id>mirror</id><mirrorOf>central</mirrorOf><url>" + repository.url()
                + "</url></mirror></mirrors>" + more);
    }

    private void write(String settings) throws IOException {
        Files.createDirectories(home.resolve(".m2"));
        Files.writeString(home.resolve(".m2/settings.xml"), "<settings>" + settings + "</settings>");
    }

    private List<String> fetch(String coordinates, boolean offline, String... repositories) throws Failure {
        Request request = new Request(coordinates, List.of(repositories), home.toFile(), null, offline);
        try (Resolution resolution = new Resolution(request, new UserSettings(request),
                new Output(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8)))) {
            return resolution.fetch().stream().map(each -> {
                assertTrue(Files.isRegularFile(each.getArtifact().getPath()));
                return each.getArtifact() + " " + each.getRepository().getId();
            }).toList();
        }
    }

    private String failure(Failure.Kind kind, String coordinates, String... repositories) {
        Failure failure = assertThrows(Failure.class, () -> fetch(coordinates, false, repositories));
        assertEquals(kind, failure.kind(), failure.getMessage());
        assertEquals(1, failure.getMessage().lines().count());
        return failure.getMessage();
    }

    private String shown() {
        return "mirror (" + repository.url() + ")";
    }

    @Test
    void shouldFetchTheJarAndWhatItNeedsAtRunTime() throws Failure {
        repository.add(PROVIDER, "jar", "com.example:lib:2:compile", "org.multifd:multifd-api:1:compile",
                "com.example:kit:3:test", "com.example:given:4:provided");
        repository.add("com.example:lib:2", "lib", "com.example:deep:5:runtime");
        repository.add("com.example:deep:5", "deep");
        repository.add("org.multifd:multifd-api:1", "api");
        assertEquals(List.of("com.example:codec:jar:1.0 mirror", "com.example:lib:jar:2 mirror",
                "com.example:deep:jar:5 mirror"), fetch(PROVIDER, false));
    }

    @Test
    void shouldPreferTheZipOfTheProvidersDirectory() throws Failure {
        repository.add(PROVIDER, "jar", "com.example:missing:1:compile");
        repository.file(PROVIDER, "-provider.zip", "zip");
        assertEquals(List.of("com.example:codec:zip:provider:1.0 mirror"), fetch(PROVIDER, false));
    }

    @Test
    void shouldFetchWhatIsNamedWithItsExtension() throws Failure {
        repository.add(PROVIDER, "jar");
        repository.file(PROVIDER, "-provider.zip", "zip");
        repository.file(PROVIDER, "-other.zip", "zip");
        assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch("com.example:codec:jar:1.0", false));
        assertEquals(List.of("com.example:codec:zip:other:1.0 mirror"),
                fetch("com.example:codec:zip:other:1.0", false));
    }

    @Test
    void shouldTakeFromTheLocalRepositoryWhileOffline() throws Failure {
        repository.add(PROVIDER, "jar");
        fetch(PROVIDER, false);
        repository.close();
        assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch(PROVIDER, true));
        Failure failure = assertThrows(Failure.class, () -> fetch("com.example:other:1.0", true));
        assertEquals("com.example:other:1.0: not in the local repository, and no other is asked while offline: try "
                + "without --offline, or without <offline> in settings.xml", failure.getMessage());
        assertEquals(Failure.Kind.FILE, failure.kind());
    }

    @Test
    void shouldBeOfflineIfTheSettingsSaySo() throws IOException {
        settings("<offline>true</offline>");
        assertTrue(failure(Failure.Kind.FILE, PROVIDER).contains("<offline> in settings.xml"));
        assertEquals(List.of(), repository.asked());
    }

    @Test
    void shouldAskGivenRepositoriesAndThoseOfActiveProfiles() throws Exception {
        try (MavenRepository given = new MavenRepository(); MavenRepository profile = new MavenRepository();
                MavenRepository inactive = new MavenRepository()) {
            given.add(PROVIDER, "jar", "com.example:lib:2:compile");
            profile.add("com.example:lib:2", "lib");
            inactive.add("com.example:lib:2", "another");
            settings("<profiles>" + profile("off", "", inactive) + profile("on", "", profile)
                    + profile("old", "<activation><jdk>1.4</jdk></activation>", inactive)
                    + "</profiles><activeProfiles><activeProfile>on</activeProfile></activeProfiles>");
            assertEquals(List.of("com.example:codec:jar:1.0 mine", "com.example:lib:jar:2 on"),
                    fetch(PROVIDER, false, "mine::" + given.url()));
            assertEquals(List.of(), inactive.asked());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<activeByDefault>true</activeByDefault>", "<jdk>[17,)</jdk>",
        "<property><name>java.version</name></property>", "<os><name>${os.name}</name></os>"})
    void shouldKnowWhenAProfileIsActive(String condition) throws Exception {
        try (MavenRepository profile = new MavenRepository()) {
            profile.add(PROVIDER, "jar");
            settings("<profiles>" + profile("on", "<activation>" + condition + "</activation>", profile)
                    + "</profiles>");
            assertEquals(List.of("com.example:codec:jar:1.0 on"), fetch(PROVIDER, false));
        }
    }

    private static String profile(String id, String activation, MavenRepository repository) {
        return "<profile><id>" + id + "</id>" + activation + "<repositories><repository><id>" + id + "</id><url>"
                + repository.url() + "</url></repository></repositories></profile>";
    }

    @Test
    void shouldTakeAFileRepository() throws Exception {
        Path directory = home.resolve("a repository");
        Path jar = directory.resolve(MavenRepository.path(PROVIDER, ".jar"));
        Files.createDirectories(jar.getParent());
        for (String end : List.of(".jar", ".pom")) {
            String text = end.equals(".jar") ? "jar" : "<project><modelVersion>4.0.0</modelVersion>"
                    + "<groupId>com.example</groupId><artifactId>codec</artifactId><version>1.0</version></project>";
            Files.writeString(directory.resolve(MavenRepository.path(PROVIDER, end)), text);
            Files.writeString(directory.resolve(MavenRepository.path(PROVIDER, end + ".sha1")),
                    MavenRepository.sha1(text.getBytes(StandardCharsets.UTF_8)));
        }
        assertEquals(List.of("com.example:codec:jar:1.0 repository1"),
                fetch(PROVIDER, false, directory.toUri().toString()));
    }

    @Test
    void shouldSayThatNoRepositoryHasIt() {
        assertEquals(PROVIDER + ": not in " + shown() + ": check the coordinates, or name its repository by "
                + "--repository", failure(Failure.Kind.FILE, PROVIDER));
    }

    @Test
    void shouldNameTheDependencyThatIsMissing() {
        repository.add(PROVIDER, "jar", "com.example:lib:2:compile");
        assertEquals("com.example:lib:pom:2: not in " + shown() + ": check the coordinates, or name its repository "
                + "by --repository", failure(Failure.Kind.FILE, PROVIDER));
    }

    @ParameterizedTest
    @ValueSource(strings = {".jar", ".pom", "-provider.zip"})
    void shouldRefuseAFileWhoseChecksumDiffers(String end) {
        repository.add(PROVIDER, "jar");
        if (end.endsWith(".zip")) {
            repository.file(PROVIDER, end, "zip");
        }
        String wrong = "0".repeat(40);
        repository.checksum(PROVIDER, end, wrong);
        String message = failure(Failure.Kind.FILE, PROVIDER);
        assertTrue(message.matches("com\\.example:codec:(jar|pom|zip:provider):1\\.0: received the checksum "
                + "[0-9a-f]{40} of the file in \\Q" + shown() + "\\E, expected " + wrong + ": do not use it, and tell "
                + "the owner of the repository"), message);
    }

    @Test
    void shouldRefuseAFileWithoutAChecksum() {
        repository.add(PROVIDER, "jar");
        repository.remove(PROVIDER, ".jar.sha1");
        assertEquals("com.example:codec:jar:1.0: " + shown() + " has no checksum for it, expected one: do not use it, "
                + "and tell the owner of the repository", failure(Failure.Kind.FILE, PROVIDER));
    }

    @Test
    void shouldSayThatARepositoryCannotBeReached() {
        String url = repository.url();
        repository.close();
        assertEquals("mirror (" + url + ") cannot be reached: Connection refused; is there a network, does "
                + "settings.xml need a proxy or a mirror?", failure(Failure.Kind.PEER, PROVIDER)
                .replaceFirst("reached: .*Connection refused[^;]*", "reached: Connection refused"));
    }

    @Test
    void shouldSayThatThereIsNoNetwork() throws IOException {
        write("<mirrors><mirror><id>mirror</id><mirrorOf>central</mirrorOf><url>https://nosuch.invalid/x</url>"
                + "</mirror></mirrors>");
        String message = failure(Failure.Kind.PEER, PROVIDER);
        assertTrue(message.startsWith("mirror (https://nosuch.invalid/x) cannot be reached: unknown host "
                + "nosuch.invalid"), message);
    }

    @ParameterizedTest
    @CsvSource({"500, PEER", "502, PEER", "401, SECURITY", "403, SECURITY"})
    void shouldTellTheStatusOfARepositoryThatDoesNotServe(int status, Failure.Kind kind) {
        repository.admits(headers -> status);
        String message = failure(kind, PROVIDER);
        assertTrue(message.startsWith(shown()) && message.contains("status " + status), message);
    }

    @Test
    void shouldSignInAsTheSettingsSay() throws Exception {
        repository.add(PROVIDER, "jar");
        demandPassword("anna", "secret");
        settings("<servers><server><id>mirror</id><username>anna</username><password>secret</password></server>"
                + "</servers>");
        assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch(PROVIDER, false));
    }

    @Test
    void shouldDecryptPasswords() throws Exception {
        repository.add(PROVIDER, "jar");
        demandPassword("anna", "secret");
        DefaultPlexusCipher cipher = new DefaultPlexusCipher();
        Files.writeString(home.resolve(".m2/settings-security.xml"), "<settingsSecurity><master>"
                + cipher.encryptAndDecorate("master", "settings.security") + "</master></settingsSecurity>");
        settings("<servers><server><id>mirror</id><username>anna</username><password>"
                + cipher.encryptAndDecorate("secret", "master") + "</password></server></servers>");
        assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch(PROVIDER, false));
        Files.delete(home.resolve(".m2/settings-security.xml"));
        String message = failure(Failure.Kind.SECURITY, PROVIDER);
        assertTrue(message.contains("a password cannot be decrypted with " + home), message);
    }

    private void demandPassword(String name, String password) {
        String expected = "Basic " + Base64.getEncoder().encodeToString((name + ':' + password)
                .getBytes(StandardCharsets.UTF_8));
        repository.admits(headers -> expected.equals(headers.getFirst("Authorization")) ? 200 : 401);
    }

    @Test
    void shouldSendTheHeadersOfAServer() throws Exception {
        repository.add(PROVIDER, "jar");
        repository.admits(headers -> "token".equals(headers.getFirst("Private-Token")) ? 200 : 401);
        settings("<servers><server><id>mirror</id><configuration><httpHeaders><property><name>Private-Token</name>"
                + "<value>token</value></property></httpHeaders></configuration></server></servers>");
        assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch(PROVIDER, false));
    }

    @Test
    void shouldGoThroughAProxy() throws Exception {
        try (MavenRepository proxy = new MavenRepository()) {
            proxy.add(PROVIDER, "jar");
            write("<mirrors><mirror><id>mirror</id><mirrorOf>central</mirrorOf><url>http://127.0.0.2:9/maven</url>"
                    + "</mirror></mirrors><proxies><proxy><id>p</id><host>127.0.0.1</host><port>" + proxy.port()
                    + "</port></proxy></proxies>");
            assertEquals(List.of("com.example:codec:jar:1.0 mirror"), fetch(PROVIDER, false));
            assertTrue(proxy.asked().get(0).startsWith("http://127.0.0.2:9/maven/com/example/codec/1.0/"),
                    proxy.asked().toString());
        }
    }

    @Test
    void shouldBlockPlainHttpAsMavenDoes() {
        assertEquals(PROVIDER + ": one of its repositories is plain http, or is blocked by settings.xml, repository1 "
                + "(http://nosuch.invalid/x): name it with https",
                failure(Failure.Kind.USAGE, PROVIDER, "http://nosuch.invalid/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "a:b:", "a:b:[1,2)", "a:b:1:2:3:4", "a b:c:1", ":b:1", "a:b:../1"})
    void shouldRefuseWhatAreNoCoordinates(String coordinates) {
        assertEquals("coordinates: received " + coordinates + ", expected GROUP:ARTIFACT:VERSION with one version, "
                + "perhaps with an extension and a classifier before it", failure(Failure.Kind.USAGE, coordinates));
    }

    @Test
    void shouldRefuseARepositoryThatIsNoUrl() {
        assertEquals("repository: received target/repo, expected a URL that begins with https:, http: or file:, "
                + "perhaps with ID:: before it", failure(Failure.Kind.USAGE, PROVIDER, "target/repo"));
    }

    @Test
    void shouldRefuseSettingsThatAreNotValid() throws IOException {
        write("<nonsense>");
        String message = failure(Failure.Kind.USAGE, PROVIDER);
        assertTrue(message.startsWith(home + "/.m2/settings.xml") && message.endsWith("; Maven's settings are not "
                + "valid"), message);
    }
}
