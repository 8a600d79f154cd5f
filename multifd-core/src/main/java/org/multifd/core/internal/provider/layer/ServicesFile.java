package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.multifd.api.MultiFDMethods;

/** The file by which a jar on the class path tells its providers. */
public final class ServicesFile {

    /** Its name in a jar. */
    public static final String NAME = "META-INF/services/" + MultiFDMethods.class.getName();

    private static final int MOST_BYTES = 1 << 20;

    private ServicesFile() {
    }

    /** The classes named in it. */
    public static List<String> names(InputStream in) throws IOException {
        return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).lines()
                .map(line -> line.replaceFirst("#.*", "").strip()).filter(name -> !name.isEmpty()).toList();
    }
}
