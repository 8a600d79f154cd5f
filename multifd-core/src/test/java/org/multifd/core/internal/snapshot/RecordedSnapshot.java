package org.multifd.core.internal.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.multifd.core.capture.Capture;

/** A mapped-ram file that QEMU 10.0 wrote: the stopped guest through two channels, the running one without multifd. */
public enum RecordedSnapshot {
    STOPPED("stopped-mapped-ram"),
    RUNNING("running-mapped-ram");

    private final String set;

    RecordedSnapshot(String set) {
        this.set = set;
    }

    public Path unpack(Path directory) throws IOException {
        Path file = directory.resolve(set + ".mig");
        try (InputStream in = new GZIPInputStream(
                RecordedSnapshot.class.getResourceAsStream("/captures/qemu-10.0/" + set + ".mig.gz"), 1 << 16)) {
            Files.copy(in, file);
        }
        return file;
    }

    /** The MD5 of the guest's RAM as its memory file had it. */
    public String md5() {
        return new Capture("qemu-10.0", set, "none", 0, false).md5();
    }
}
