package org.multifd.core.internal.provider.layer;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which services the classes of a jar without module-info may look for: every class that is named by one that uses
 * {@link java.util.ServiceLoader}. On the class path nothing has to be declared; a module that looks for a service that
 * it does not declare gets an error.
 */
final class ServiceUses {

    private static final String LOADER = "java/util/ServiceLoader";
    /** The class-file format's own limit of one method is 64 KiB; larger classes are not looked at. */
    private static final int MOST_BYTES = 4 << 20;
    private static final int UTF8 = 1;
    private static final int CLASS = 7;

    private ServiceUses() {
    }

    static Set<String> of(ModuleReference jar) throws IOException {
        Set<String> names = new TreeSet<>();
        try (ModuleReader reader = jar.open()) {
            List<String> classes = reader.list().filter(each -> each.endsWith(".class")).toList();
            for (String each : classes) {
                try (InputStream in = reader.open(each).orElse(InputStream.nullInputStream())) {
                    byte[] bytes = in.readNBytes(MOST_BYTES);
                    if (new String(bytes, StandardCharsets.ISO_8859_1).contains(LOADER)) {
                        addClasses(bytes, names);
                    }
                }
            }
        }
        return names;
    }

    /** Adds the classes that are named in the constant pool; of a broken class file none. */
    private static void addClasses(byte[] bytes, Set<String> names) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipBytes(8); // magic and version
            int count = in.readUnsignedShort();
            String[] texts = new String[count];
            int[] classes = new int[count];
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case UTF8 -> texts[i] = in.readUTF();
                    case CLASS -> classes[i] = in.readUnsignedShort();
                    case 8, 16, 19, 20 -> in.skipBytes(2);
                    case 15 -> in.skipBytes(3);
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
                    case 5, 6 -> {
                        in.skipBytes(8);
                        i++; // takes two entries
                    }
                    default -> {
                        return;
                    }
                }
            }
            for (int index : classes) {
                String name = index == 0 ? null : texts[index];
                if (name != null && name.matches("([A-Za-z_$][A-Za-z0-9_$]*/)+[A-Za-z_$][A-Za-z0-9_$]*")) {
                    names.add(name.replace('/', '.'));
                }
            }
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            // whoever loads the class will say so
        }
    }
}
