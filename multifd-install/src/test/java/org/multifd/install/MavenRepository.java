package org.multifd.install;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A Maven repository on this machine, which a test fills and which remembers what it was asked for. */
final class MavenRepository implements AutoCloseable {

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    /** The status for who asks with these headers: 200 to be served. */
    private volatile Function<Headers, Integer> door = headers -> 200;

    MavenRepository() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            asked.add(path);
            byte[] file = files.get(path.replaceFirst("^http://[^/]*", "").replaceFirst("^/maven/", ""));
            int status = door.apply(exchange.getRequestHeaders());
            if (status == 401) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"maven\"");
            }
            int answer = status != 200 ? status : file == null ? 404 : 200;
            exchange.sendResponseHeaders(answer, answer == 200 ? file.length : -1);
            if (answer == 200) {
                exchange.getResponseBody().write(file);
            }
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/maven";
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<String> asked() {
        return asked;
    }

    void admits(Function<Headers, Integer> rule) {
        door = rule;
    }

    /** Adds an artifact with a description that has these dependencies, each GROUP:ARTIFACT:VERSION:SCOPE. */
    void add(String coordinates, String content, String... dependencies) {
        String[] parts = coordinates.split(":");
        StringBuilder pom = new StringBuilder("<project><modelVersion>4.0.0</modelVersion><groupId>" + parts[0]
                + "</groupId><artifactId>" + parts[1] + "</artifactId><version>" + parts[2]
                + "</version><dependencies>");
        for (String each : dependencies) {
            String[] of = each.split(":");
            pom.append("<dependency><groupId>").append(of[0]).append("</groupId><artifactId>").append(of[1])
                    .append("</artifactId><version>").append(of[2]).append("</version><scope>").append(of[3])
                    .append("</scope></dependency>");
        }
        file(coordinates, ".pom", pom.append("</dependencies></project>").toString());
        file(coordinates, ".jar", content);
    }

    /** Adds a file of an artifact, as in -provider.zip, with its checksum. */
    void file(String coordinates, String end, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        files.put(path(coordinates, end), bytes);
        files.put(path(coordinates, end + ".sha1"), sha1(bytes).getBytes(StandardCharsets.US_ASCII));
    }

    void remove(String coordinates, String end) {
        files.remove(path(coordinates, end));
    }

    void checksum(String coordinates, String end, String sha1) {
        files.put(path(coordinates, end + ".sha1"), sha1.getBytes(StandardCharsets.US_ASCII));
    }

    static String path(String coordinates, String end) {
        String[] parts = coordinates.split(":");
        return parts[0].replace('.', '/') + '/' + parts[1] + '/' + parts[2] + '/' + parts[1] + '-' + parts[2] + end;
    }

    static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
