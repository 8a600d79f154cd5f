package org.multifd.install;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Repository;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecrypter;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;
import org.sonatype.plexus.components.sec.dispatcher.DefaultSecDispatcher;

/** The user's Maven settings as Maven sees them: with those of the installation, and with passwords decrypted. */
final class UserSettings {

    private static final String LOCAL = "-Dmaven.repo.local=";

    private final Settings settings;
    private final List<Server> servers;
    private final List<Proxy> proxies;
    private final boolean installation;

    UserSettings(Request request) throws Failure {
        File user = request.settings() != null ? request.settings() : new File(request.m2(), "settings.xml");
        if (request.settings() != null && !user.isFile()) {
            throw new Failure(Failure.Kind.USAGE, "settings: received " + user + ", expected a file: there is none",
                    null);
        }
        File global = global(System.getenv("MAVEN_HOME"));
        installation = global != null && global.isFile();
        settings = read(user, global);
        File security = new File(System.getProperty(DefaultSecDispatcher.SYSTEM_PROPERTY_SEC_LOCATION,
                new File(request.m2(), "settings-security.xml").toString()));
        SettingsDecryptionResult decrypted = new DefaultSettingsDecrypter(new DefaultSecDispatcher(
                new DefaultPlexusCipher(), Map.of(), security.toString()))
                .decrypt(new DefaultSettingsDecryptionRequest(settings));
        for (SettingsProblem each : decrypted.getProblems()) {
            throw new Failure(Failure.Kind.SECURITY, user + ": a password cannot be decrypted with " + security + ": "
                    + each.getMessage(), each.getException());
        }
        servers = decrypted.getServers();
        proxies = decrypted.getProxies();
    }

    private static File global(String mavenHome) {
        return mavenHome == null ? null : new File(mavenHome, "conf/settings.xml");
    }

    private static Settings read(File user, File global) throws Failure {
        Properties environment = new Properties();
        environment.putAll(System.getProperties());
        System.getenv().forEach((name, value) -> environment.put("env." + name, value));
        DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest()
                .setSystemProperties(environment).setUserSettingsFile(user);
        if (global != null) {
            request.setGlobalSettingsFile(global);
        }
        try {
            return new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings();
        } catch (SettingsBuildingException e) {
            throw new Failure(Failure.Kind.USAGE, e.getProblems().stream()
                    .map(each -> each.getLocation() + ": " + each.getMessage()).collect(Collectors.joining("; "))
                    + "; Maven's settings are not valid", e);
        }
    }

    /** Whether there are settings of an installation, which say whether plain http is allowed. */
    boolean ofInstallation() {
        return installation;
    }

    Settings all() {
        return settings;
    }

    List<Server> servers() {
        return servers;
    }

    List<Proxy> proxies() {
        return proxies;
    }

    /** Where Maven would have it: its options can name another one than the settings. */
    File localRepository(Request request) {
        String options = System.getenv().getOrDefault("MAVEN_OPTS", "");
        String given = System.getProperty("maven.repo.local", Arrays.stream(options.split("\\s+"))
                .filter(each -> each.startsWith(LOCAL)).map(each -> each.substring(LOCAL.length())).findFirst()
                .orElse(settings.getLocalRepository()));
        return given == null || given.isBlank() ? new File(request.m2(), "repository") : new File(given);
    }

    /** The repositories of the active profiles, in the order of these. */
    List<Repository> repositories() {
        List<Repository> repositories = new ArrayList<>();
        for (Profile each : new ActiveProfiles(settings).get()) {
            repositories.addAll(each.getRepositories());
        }
        return repositories;
    }
}
