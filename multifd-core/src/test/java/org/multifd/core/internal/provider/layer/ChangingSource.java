package org.multifd.core.internal.provider.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A jar that somebody writes whenever it is looked at. */
public final class ChangingSource extends LayerSource {

    public ChangingSource(Path jar) {
        super(jar);
    }

    @Override
    public Look look() throws IOException {
        Files.write(path(), new byte[] {0}, StandardOpenOption.APPEND);
        return super.look();
    }
}
