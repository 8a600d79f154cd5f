package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which services the classes of a jar without module-info may look for: every class that is named by one that uses
 * {@link java.util.ServiceLoader}. On the class path nothing has to be declared; a module that looks for a service that
 * it does not declare gets an error.
 */
final class ServiceUses {

    private static final byte[] LOADER = "java/util/ServiceLoader".getBytes(StandardCharsets.US_ASCII);
    /** The class-file format's own limit of one method is 64 KiB; larger classes are not looked at. */
    private static final int MOST_BYTES = 4 << 20;
    /** Of all classes of a jar. */
    private static final long MOST_IN_ALL = 1L << 29;
    private static final int UTF8 = 1;
    private static final int CLASS = 7;

    private ServiceUses() {
    }

    static Set<String> of(ModuleReference jar) throws IOException {
        Set<String> names = new TreeSet<>();
        long all = 0;
        try (ModuleReader reader = jar.open()) {
            List<String> classes = reader.list().filter(each -> each.endsWith(".class")).toList();
            for (String each : classes) {
                try (InputStream in = reader.open(each).orElse(InputStream.nullInputStream())) {
                    byte[] bytes = in.readNBytes(MOST_BYTES);
                    all += bytes.length;
                    addClasses(bytes, names);
                }
                if (all > MOST_IN_ALL) {
                    throw new IOException("its classes are more than " + MOST_IN_ALL + " bytes");
                }
            }
        }
        return names;
    }

    /**
     * Adds the classes that are named in the constant pool if ServiceLoader is among them; of a broken class file none.
     * Steps over the texts, as this is done for every class at each start.
     */
    private static void addClasses(byte[] bytes, Set<String> names) {
        try {
            int count = number(bytes, 8); // behind magic and version
            int[] texts = new int[count];
            int[] classes = new int[count];
            boolean found = false;
            int at = 10;
            for (int i = 1; i < count; i++) {
                int tag = bytes[at++];
                switch (tag) {
                    case UTF8 -> {
                        texts[i] = at;
                        int length = number(bytes, at);
                        at += 2 + length;
                        found |= length == LOADER.length && Arrays.equals(bytes, at - length, at, LOADER, 0, length);
                    }
                    case CLASS -> {
                        classes[i] = number(bytes, at);
                        at += 2;
                    }
                    case 8, 16, 19, 20 -> at += 2;
                    case 15 -> at += 3;
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> at += 4;
                    case 5, 6 -> {
                        at += 8;
                        i++; // takes two entries
                    }
                    default -> {
                        return;
                    }
                }
            }
            for (int i = 0; found && i < count; i++) {
                addName(bytes, texts[classes[i]], names);
            }
        } catch (IndexOutOfBoundsException e) {
            // whoever loads the class will say so
        }
    }

    private static int number(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }

    private static void addName(byte[] bytes, int at, Set<String> names) {
        String name = at == 0 ? "" : new String(bytes, at + 2, number(bytes, at), StandardCharsets.UTF_8);
        if (name.matches("([A-Za-z_$][A-Za-z0-9_$]*/)+[A-Za-z_$][A-Za-z0-9_$]*")) {
            names.add(name.replace('/', '.'));
        }
    }
}
