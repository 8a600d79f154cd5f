package org.multifd.install;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Server;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.repository.AuthenticationSelector;
import org.eclipse.aether.repository.MirrorSelector;
import org.eclipse.aether.repository.ProxySelector;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;

/** The resolver's session for the user's settings: where it asks, as whom, through which proxy. */
final class Session {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int REQUEST_MILLIS = 60_000;

    private final Request request;
    private final UserSettings settings;

    Session(Request request, UserSettings settings) {
        this.request = request;
        this.settings = settings;
    }

    /** Opens it. A checksum that differs, is missing or belongs to a descriptor that cannot be read is a failure. */
    CloseableSession open(RepositorySystem system, Transfers transfers) {
        SessionBuilder builder = new SessionBuilderSupplier(system).get()
                .withLocalRepositoryBaseDirectories(settings.localRepository(request).toPath())
                .setOffline(offline())
                .setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL)
                .setUpdatePolicy(RepositoryPolicy.UPDATE_POLICY_ALWAYS)
                .setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(false, false))
                .setSystemProperties(System.getProperties())
                .setConfigProperties(configuration())
                .setMirrorSelector(mirrors())
                .setProxySelector(proxies())
                .setAuthenticationSelector(authentication())
                .setTransferListener(transfers);
        return builder.build();
    }

    boolean offline() {
        return request.offline() || settings.all().isOffline();
    }

    private Map<String, Object> configuration() {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put("aether.transport.http.connectTimeout", CONNECT_MILLIS);
        configuration.put("aether.transport.http.requestTimeout", REQUEST_MILLIS);
        configuration.put("aether.transport.http.userAgent", "multifd");
        for (Server each : settings.servers()) {
            Map<String, String> headers = headers(each);
            if (!headers.isEmpty()) {
                configuration.put("aether.transport.http.headers." + each.getId(), headers);
            }
        }
        System.getProperties().stringPropertyNames().stream().filter(each -> each.startsWith("aether."))
                .forEach(each -> configuration.put(each, System.getProperty(each)));
        return configuration;
    }

    /** Some repositories take a token as a header. */
    private static Map<String, String> headers(Server server) {
        Map<String, String> headers = new HashMap<>();
        if (server.getConfiguration() instanceof Xpp3Dom configuration
                && configuration.getChild("httpHeaders") != null) {
            for (Xpp3Dom each : configuration.getChild("httpHeaders").getChildren("property")) {
                if (each.getChild("name") != null && each.getChild("value") != null) {
                    headers.put(each.getChild("name").getValue(), each.getChild("value").getValue());
                }
            }
        }
        return headers;
    }

    private MirrorSelector mirrors() {
        DefaultMirrorSelector selector = new DefaultMirrorSelector();
        for (Mirror each : settings.all().getMirrors()) {
            selector.add(each.getId(), each.getUrl(), each.getLayout(), false, each.isBlocked(), each.getMirrorOf(),
                    each.getMirrorOfLayouts());
        }
        if (!settings.ofInstallation()) { // the rule of every Maven since 3.8.1
            selector.add("http-blocker", "http://0.0.0.0/", "default", false, true, "external:http:*", "default");
        }
        return selector;
    }

    private ProxySelector proxies() {
        DefaultProxySelector selector = new DefaultProxySelector();
        settings.proxies().stream().filter(Proxy::isActive).forEach(each -> Stream.of("http", "https")
                .forEach(type -> selector.add(new org.eclipse.aether.repository.Proxy(type, each.getHost(),
                        each.getPort(), each.getUsername() == null ? null : new AuthenticationBuilder()
                                .addUsername(each.getUsername()).addPassword(each.getPassword()).build()),
                        each.getNonProxyHosts())));
        return selector;
    }

    private AuthenticationSelector authentication() {
        DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
        for (Server each : settings.servers()) {
            AuthenticationBuilder builder = new AuthenticationBuilder()
                    .addUsername(each.getUsername()).addPassword(each.getPassword());
            if (each.getPrivateKey() != null) {
                builder.addPrivateKey(each.getPrivateKey(), each.getPassphrase());
            }
            selector.add(each.getId(), builder.build());
        }
        return selector;
    }
}
