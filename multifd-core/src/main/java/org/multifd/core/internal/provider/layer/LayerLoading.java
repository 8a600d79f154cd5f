package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ResolutionException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one layer of one jar or directory, on top of the {@linkplain LayerParent parent}. Its loader's parent is the
 * platform's: of the program the provider sees the API, what it requires by name, and nothing of the class path.
 *
 * <p>What is loaded is a private copy, so that files may change or go while a migration runs. It is deleted when the
 * loader has been collected. Where none can be made, the files themselves are loaded.
 */
final class LayerLoading {

    private static final Logger LOG = LoggerFactory.getLogger(LayerLoading.class);

    /** A file that grows while it is copied is copied again so many times. */
    private static final int ATTEMPTS = 3;

    /** Larger than any provider with its codec and native libraries. */
    private static final long MOST_BYTES = 1L << 30;

    private static final int COPY_BYTES = 64 * 1024;

    private static final Cleaner CLEANER = Cleaner.create();

    /** The temporary directories of which was said that they are of no use. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private final LayerSource source;
    private final List<ProviderClass> providers = new ArrayList<>();
    private final List<LayerException> problems = new ArrayList<>();
    private LayerSource.Look look;
    private Path directory;
    private Cleaner.Cleanable copies;

    LayerLoading(LayerSource source) {
        this.source = source;
    }

    LoadedLayer load() {
        try {
            look = source.look();
            if (look.stamps().keySet().isEmpty()) {
                throw new LayerException(source.path()
                        + ": received a directory without a jar, expected a provider's jars: "
                        + source.remedyWithoutJars());
            }
            LayerJars jars = new LayerJars(source.path(), copies(), systemModules());
            for (Path each : look.nested()) {
                problems.add(new LayerException(each
                        + ": received jars in a directory inside a provider's directory, where they are "
                        + "not loaded, expected them in " + source.path() + " or beside it: move or remove them"));
            }
            load(jars);
        } catch (LayerException e) {
            problems.add(e);
        } catch (IOException e) {
            look = null;
            problems.add(new LayerException(source.path() + ": cannot be read: " + Failures.describe(e), e));
        } catch (RuntimeException | LinkageError e) { // the JDK's, of a jar as nobody expects it
            Failures.passFatal(e);
            problems.add(new LayerException(source.path() + ": no layer can be made of it: "
                    + Failures.explain(e, null), e));
        } finally {
            if (copies == null && directory != null) {
                PrivateDirectory.delete(directory);
            }
        }
        return new LoadedLayer(source.path(), directory, look, providers, problems,
                copies == null ? () -> { } : copies::clean);
    }

    /** Java's own modules that a layer below this one can require. */
    private static List<String> systemModules() {
        ModuleLayer parent = LayerParent.layer();
        return ModuleLayer.boot().modules().stream().map(Module::getName)
                .filter(each -> Failures.isJava(each) && parent.findModule(each).isPresent()).toList();
    }

    /** Where there is no room for copies, the files are loaded where they are: better than no method at all. */
    private Map<Path, Path> copies() throws IOException, LayerException {
        try {
            directory = room(PrivateDirectory::subdirectory);
            return copy();
        } catch (NoRoom e) {
            String temporary = System.getProperty("java.io.tmpdir");
            if (TOLD.add(temporary)) {
                LOG.warn("{}: no private copy can be made in java.io.tmpdir, {}: {}; it is loaded as it lies, as are "
                        + "other providers, and must not change while this runs; name another directory by "
                        + "-Djava.io.tmpdir=DIR", source.path(), temporary, e.getMessage());
            }
            if (directory != null) {
                PrivateDirectory.delete(directory);
                directory = null;
            }
            Map<Path, Path> inPlace = new LinkedHashMap<>();
            for (Path each : look.stamps().keySet()) {
                checkedSize(each);
                inPlace.put(each, each);
            }
            return inPlace;
        }
    }

    private Map<Path, Path> copy() throws IOException, LayerException {
        for (int i = 0; i < ATTEMPTS; i++) {
            Map<Path, Path> copied = copyOnce();
            LayerSource.Look after = source.look();
            if (copied != null && after.equals(look)) {
                return copied;
            }
            look = after;
        }
        throw new LayerException(source.path()
                + ": received files that change while they are copied, expected complete ones: try "
                + "again when they are");
    }

    /** Returns null if a file has gone since the look: another version has taken the place of the one that had it. */
    private Map<Path, Path> copyOnce() throws IOException, LayerException {
        Map<Path, Path> copied = new LinkedHashMap<>();
        try {
            for (Path each : look.stamps().keySet()) {
                Path copy = directory.resolve(each.getFileName().toString());
                copy(each, copy);
                copied.put(each, copy);
            }
            for (Path each : look.beside().keySet()) {
                copy(each, directory.resolve(each.getFileName().toString()));
            }
            return copied;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The size of a regular file: what has no end, or does not begin before somebody writes, is refused. */
    private static long checkedSize(Path jar) throws IOException, LayerException {
        BasicFileAttributes now = Files.readAttributes(jar, BasicFileAttributes.class);
        if (!now.isRegularFile()) {
            throw new LayerException(jar + ": received "
                    + (now.isDirectory() ? "a directory" : "a pipe, device or socket")
                    + ", expected a jar, a regular file: remove it");
        }
        if (now.size() > MOST_BYTES) {
            throw new LayerException(jar + ": received a file of " + now.size() + " bytes, expected a jar of at most "
                    + MOST_BYTES + ": remove it");
        }
        return now.size();
    }

    /** Copies a file as long as it was. */
    private static void copy(Path jar, Path copy) throws IOException, LayerException {
        long size = checkedSize(jar);
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        try (FileChannel in = FileChannel.open(jar); FileChannel out = room(() -> FileChannel.open(copy,
                StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))) {
            for (long at = 0; at < size;) {
                int read = in.read(buffer.clear().limit((int) Math.min(COPY_BYTES, size - at)));
                if (read < 0) {
                    return; // it became shorter, which the next look sees
                }
                at += read;
                buffer.flip();
                while (buffer.hasRemaining()) {
                    room(() -> out.write(buffer));
                }
            }
        }
    }

    /** The temporary directory is missing, read-only or full. */
    private static final class NoRoom extends IOException {

        private static final long serialVersionUID = 1L;

        NoRoom(IOException cause) {
            super(Text.oneLine(Text.reason(cause)), cause);
        }
    }

    /** A step that writes to the temporary directory. */
    @FunctionalInterface
    private interface Writing<T> {
        T run() throws IOException;
    }

    private static <T> T room(Writing<T> step) throws NoRoom {
        try {
            return step.run();
        } catch (IOException e) {
            throw new NoRoom(e);
        }
    }

    private void load(LayerJars jars) throws LayerException {
        List<LayerException> unprovided = jars.servicesWithoutProvides();
        problems.addAll(unprovided);
        if (!jars.hasProvider()) {
            if (unprovided.isEmpty()) {
                problems.add(jars.withoutProvider());
            }
            return;
        }
        ModuleLayer.Controller controller = define(jars);
        List<Module> modules = new ArrayList<>(controller.layer().modules());
        modules.sort(Comparator.comparing(Module::getName));
        for (Module module : modules) {
            for (String name : LayerJars.providers(module.getDescriptor())) {
                try {
                    controller.addExports(module, name.substring(0, name.lastIndexOf('.')),
                            LayerLoading.class.getModule());
                    providers.add(ProviderClass.of(module, name, jars.original(module.getName())));
                } catch (LayerException e) {
                    problems.add(e);
                }
            }
        }
    }

    private ModuleLayer.Controller define(LayerJars jars) throws LayerException {
        ModuleLayer.Controller controller;
        try {
            controller = LayerParent.define(jars);
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw LayerErrors.ofModules(e, jars, directory, source.path());
        }
        ClassLoader loader = controller.layer().modules().iterator().next().getClassLoader();
        Path toDelete = directory;
        if (toDelete != null) { // not this: it would keep the loader
            copies = CLEANER.register(loader, () -> PrivateDirectory.delete(toDelete));
        }
        letRead(controller, jars);
        NativeAccess.grant(controller);
        return controller;
    }

    /** Modules made of jars without module-info read all others and are read by all: nothing says which need which. */
    private static void letRead(ModuleLayer.Controller controller, LayerJars jars) {
        for (String name : jars.opened()) {
            Module module = controller.layer().findModule(name).orElseThrow();
            for (Module each : controller.layer().modules()) {
                controller.addReads(module, each);
                controller.addReads(each, module);
            }
        }
    }
}
