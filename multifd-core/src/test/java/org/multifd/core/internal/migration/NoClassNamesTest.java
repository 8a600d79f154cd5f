package org.multifd.core.internal.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.multifd.api.MultiFDException;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.internal.channel.ErrorContext;
import org.multifd.core.internal.provider.layer.Failures;
import org.multifd.core.internal.ram.GuestFile;
import org.multifd.core.internal.wire.Text;

/** Whatever the JDK can throw, with a message or without: no message of ours is, or has, the name of its class. */
class NoClassNamesTest {

    private static final Pattern CLASS = Pattern.compile("\\b(java|javax|sun|jdk)\\.[a-z]");
    private static final List<String> PACKAGES = List.of("java/io", "java/lang", "java/net", "java/nio",
            "java/nio/file", "java/nio/channels", "java/nio/charset", "java/security", "java/security/cert",
            "java/util", "java/util/concurrent", "java/util/zip");

    private static final List<Throwable> ERRORS = new ArrayList<>();

    /** Each exception and error of java.base that can be made, without a message and with another error alone. */
    @BeforeAll
    static void makeAll() throws Exception {
        Path base = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");
        for (String each : PACKAGES) {
            try (Stream<Path> files = Files.list(base.resolve(each))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    String name = base.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                    add(Class.forName(name, false, null));
                }
            }
        }
        assertTrue(ERRORS.size() > 150, ERRORS.size() + " made");
    }

    private static void add(Class<?> type) throws Exception {
        if (!Throwable.class.isAssignableFrom(type) || Modifier.isAbstract(type.getModifiers())
                || !Modifier.isPublic(type.getModifiers())) {
            return;
        }
        for (Constructor<?> each : type.getConstructors()) {
            List<Class<?>> parameters = List.of(each.getParameterTypes());
            if (parameters.isEmpty()) {
                ERRORS.add((Throwable) each.newInstance());
            } else if (parameters.equals(List.of(String.class))) {
                try {
                    ERRORS.add((Throwable) each.newInstance((Object) null));
                } catch (ReflectiveOperationException e) {
                    ERRORS.add((Throwable) each.newInstance("x")); // it must have one
                }
            } else if (parameters.equals(List.of(Throwable.class)) || parameters.equals(List.of(IOException.class))) {
                ERRORS.add((Throwable) each.newInstance(new java.net.SocketException("made up")));
            }
        }
    }

    private static boolean isFatal(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
                return true;
            }
        }
        return false;
    }

    private static void assertWords(String start, Throwable error, String message) {
        assertFalse(CLASS.matcher(message).find(), error.getClass() + " became: " + message);
        assertTrue(message.startsWith(start) && message.length() > start.length(), error.getClass() + " became: "
                + message);
        assertFalse(message.contains("null"), error.getClass() + " became: " + message);
        assertEquals(message, Text.oneLine(message), "one line");
    }

    @Test
    void shouldPutEveryErrorOfAChannelIntoWords() {
        for (Throwable each : ERRORS) {
            if (!(each instanceof VirtualMachineError)) {
                Throwable located = ErrorContext.in("channel 3, packet 7", each);
                String message = Errors.toMigration(located, Kind.METHOD).getMessage();
                boolean interrupted = located == each; // says that it is
                assertWords(interrupted ? "" : "channel 3, packet 7: ", each, message);
            }
        }
    }

    @Test
    void shouldPutEveryErrorOfMainIntoWords() {
        for (Throwable each : ERRORS) {
            assertWords("", each, Errors.toMigration(each, Kind.STREAM).getMessage());
        }
    }

    @Test
    void shouldTellAKindAndAPlaceOfWhatNobodyHasForeseen() {
        NullPointerException error = new NullPointerException();
        MigrationException told = Errors.toMigration(error, Kind.STREAM);
        assertEquals("internal error: NullPointerException in NoClassNamesTest.java:"
                + error.getStackTrace()[0].getLineNumber(), told.getMessage());
        assertEquals(Kind.INTERNAL, told.kind());
    }

    @Test
    void shouldPutEveryErrorOfAProviderIntoWords() {
        for (Throwable each : ERRORS) {
            assertWords("", each, Failures.describe(each));
            assertWords("", each, Text.thrown(each));
        }
        assertEquals("MultiFDException: no room", Text.thrown(new MultiFDException("no room")));
    }

    @Test
    void shouldPutEveryErrorOfAFileIntoWords() {
        for (Throwable each : ERRORS) {
            if (each instanceof Exception of) {
                assertWords("", each, GuestFile.reason(of, "there is no such file"));
            }
        }
    }

    @Test
    void shouldPutEveryErrorOfTheProgramsCodeIntoWords() {
        for (Throwable each : ERRORS) {
            if (isFatal(each)) {
                continue;
            }
            MigrationException told = assertThrows(MigrationException.class,
                    () -> Callback.run("guest could not be paused", () -> raise(each)));
            if (each instanceof InterruptedException) {
                assertTrue(Thread.interrupted());
                assertEquals(Kind.INTERRUPTED, told.kind());
            } else {
                assertWords("guest could not be paused: ", each, told.getMessage());
                assertEquals(Kind.INTERNAL, told.kind());
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void raise(Throwable error) throws T {
        throw (T) error;
    }

    /** The words of each message come from one place: nowhere is an error itself put into one. */
    @Test
    void shouldPutNoErrorIntoAMessageAsItIs() throws IOException {
        Pattern pasted = Pattern.compile("\"\\s*\\+ (e|error|failure|cause|thrown)( \\+|[,;)]|$)"
                + "|(?<!LOG.{0,60})\\b(e|error|cause)\\.toString\\(\\)");
        TreeMap<String, String> found = new TreeMap<>();
        for (String module : List.of("multifd-core", "multifd-cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    boolean reads = file.endsWith("LayerErrors.java"); // the JDK's words, for what they mean
                    for (String line : reads ? List.<String>of() : Files.readAllLines(file)) {
                        if (pasted.matcher(line).find() && !line.contains("LOG.")) {
                            found.put(file.getFileName() + ": " + line.strip(), module);
                        }
                    }
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        assertEquals("", String.join("\n", found.keySet()));
    }
}
