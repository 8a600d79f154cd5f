package org.multifd.tck.internal.rule;

import java.lang.module.ResolvedModule;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.Rule;
import org.multifd.tck.internal.data.Content;
import org.multifd.tck.internal.data.Layout;
import org.multifd.tck.internal.harness.Channel;
import org.multifd.tck.internal.harness.ChannelParams;
import org.multifd.tck.internal.harness.Incoming;
import org.multifd.tck.internal.harness.KitThread;
import org.multifd.tck.internal.harness.Outgoing;
import org.multifd.tck.internal.harness.Trial;
import org.multifd.tck.internal.harness.Words;

/**
 * Provider-contract 4.4: nothing stays behind. Threads are known by their group: whatever a thread of the kit's starts
 * belongs to it. For the rest, the provider is loaded a second time by a loader of its own, used on this thread, which
 * lives on, and let go; then the loader must be collected. A thread local, a registered callback or a thread keeps it.
 */
public final class Leftovers {

    private static final int PATIENCE = 50;

    private final Trial trial;

    private Leftovers(Trial trial) {
        this.trial = trial;
    }

    static String check(Trial trial) throws Exception {
        trial.gate();
        Leftovers leftovers = new Leftovers(trial);
        leftovers.threads();
        return leftovers.loader();
    }

    private void threads() throws InterruptedException {
        List<Thread> left = List.of();
        for (int look = 0; look < PATIENCE; look++) {
            left = foreignThreads();
            if (left.isEmpty()) {
                return;
            }
            Thread.sleep(20); // a thread that was told to end may need a moment
        }
        throw trial.failed("its thread \"" + left.get(0).getName() + "\" is still alive after everything was closed");
    }

    private List<Thread> foreignThreads() {
        Thread[] threads = new Thread[trial.group().activeCount() + 16];
        int count = trial.group().enumerate(threads, true);
        List<Thread> foreign = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!(threads[i] instanceof KitThread)) {
                foreign.add(threads[i]);
            }
        }
        return foreign;
    }

    private String loader() throws Exception {
        WeakReference<ClassLoader> loader;
        try {
            loader = useOnce();
        } catch (ReflectiveOperationException | LinkageError e) {
            return "whether its loader can be collected was not seen: it cannot be loaded again: " + Words.of(e);
        }
        for (int look = 0; look < PATIENCE && loader.get() != null; look++) {
            System.gc();
            Thread.sleep(20);
        }
        trial.demand(loader.get() == null, () ->
                "its class loader cannot be collected after everything was closed: a thread "
                + "local, a callback or a native reference keeps it");
        return "shutdown hooks are not seen";
    }

    /** Loads the provider anew, moves a few packets, and forgets all of it. */
    private WeakReference<ClassLoader> useOnce() throws Exception {
        Class<?> provider = trial.constructed().getClass();
        try (URLClassLoader loader = new URLClassLoader(urls(provider), new ApiOnly())) {
            Class<?> copy = loader.loadClass(provider.getName());
            if (copy.getClassLoader() != loader) {
                throw new ClassNotFoundException(copy + " comes from " + copy.getClassLoader());
            }
            MultiFDMethods methods = (MultiFDMethods) copy.getConstructor().newInstance();
            Availability availability = methods.availability();
            if (!availability.usable()) {
                // Native libraries off java.library.path, for one, are loaded once in a process.
                throw new ClassNotFoundException("the second copy is unusable: "
                        + Words.oneLine(availability.detail()));
            }
            ChannelParams params = trial.params(0, 4096);
            try (Channel channel = new Channel(trial, new Outgoing(trial.calls(), methods, params, trial.payload()),
                    new Incoming(trial.calls(), methods, params, trial.source()))) {
                for (int packet = 0; packet < 3; packet++) {
                    byte[] content = Content.MIXED.pages(4096, 4, trial.random(packet));
                    channel.exchange(Layout.ONE_RUN, content, 4096, Rule.RULE_2_6);
                }
            }
            return new WeakReference<>(loader);
        }
    }

    /** Wherever the provider's code and its codec's may come from: its layer, the module path, the class path. */
    private static URL[] urls(Class<?> provider) throws MalformedURLException {
        Set<URL> urls = new LinkedHashSet<>();
        for (ModuleLayer layer : new ModuleLayer[] {provider.getModule().getLayer(), ModuleLayer.boot()}) {
            if (layer != null) {
                for (ResolvedModule module : layer.configuration().modules()) {
                    URI location = module.reference().location().orElse(null);
                    if (location != null && location.getScheme().equals("file")) {
                        urls.add(location.toURL());
                    }
                }
            }
        }
        if (provider.getProtectionDomain().getCodeSource() != null) {
            urls.add(provider.getProtectionDomain().getCodeSource().getLocation());
        }
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    /**
     * The JDK and this API: what the second copy shares with the first. The platform loader alone would not do: it
     * hands out the modules of the application as well.
     */
    public static final class ApiOnly extends ClassLoader {
        private static final String API = MultiFDMethods.class.getPackageName() + ".";

        public ApiOnly() {
            super(null);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(API)) {
                return Class.forName(name, false, MultiFDMethods.class.getClassLoader());
            }
            Class<?> found = ClassLoader.getPlatformClassLoader().loadClass(name);
            if (found.getClassLoader() != ClassLoader.getPlatformClassLoader()) {
                throw new ClassNotFoundException(name);
            }
            return found;
        }
    }
}
