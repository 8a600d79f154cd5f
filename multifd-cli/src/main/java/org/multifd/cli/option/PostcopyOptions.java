package org.multifd.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.multifd.cli.console.ByteSize;
import org.multifd.core.MigrationException;
import org.multifd.core.MigrationException.Kind;
import org.multifd.core.PostcopySource;
import picocli.CommandLine.Option;

/** A snapshot that is restored on demand, under QEMU's names. */
public final class PostcopyOptions {

    @Option(names = "--postcopy-ram", paramLabel = "WHETHER",
            description = "Have the guest run before its RAM is there: on, off; for a QEMU with the capability "
            + "postcopy-ram (off).")
    private String postcopyRam;

    @Option(names = "--max-postcopy-bandwidth", paramLabel = "BYTES",
            description = "With postcopy-ram: bytes per second that leave in the background, with K, M or G; 0 for no "
            + "limit (0).")
    private String maxBandwidth;

    @Option(names = "--postcopy-preempt", paramLabel = "WHETHER",
            description = "A connection for the pages that are asked for: off; on is not supported (off).")
    private String preempt;

    @Option(names = "--resume",
            description = "Go on with a migration with postcopy-ram that broke off, after migrate-recover at the QEMU.")
    private boolean resume;

    @Option(names = "--working-set", paramLabel = "FILE",
            description = "With postcopy-ram: push the pages in this file first; write it if there is none.")
    private String workingSet;

    /** Returns whether the snapshot is to be restored on demand. */
    public boolean isOn() throws MigrationException {
        if (postcopyRam != null && !postcopyRam.equals("on") && !postcopyRam.equals("off")) {
            throw usage("postcopy-ram: received " + postcopyRam + ", expected on, off");
        }
        if (preempt != null && !preempt.equals("off")) {
            throw usage("postcopy-preempt: received " + preempt + ", expected off: pages that are asked for go before "
                    + "the others on the one connection; turn the capability off at the QEMU");
        }
        boolean on = resume && postcopyRam == null || "on".equals(postcopyRam);
        String without = maxBandwidth != null ? "max-postcopy-bandwidth" : workingSet != null ? "working-set"
                : resume ? "resume" : null;
        if (!on && without != null) {
            throw usage(without + ": received without postcopy-ram on, expected both");
        }
        return on;
    }

    /** Says what was given. */
    public void set(PostcopySource.Builder builder) throws MigrationException {
        builder.resume(resume);
        try {
            if (maxBandwidth != null) {
                builder.maxPostcopyBandwidth(ByteSize.parse("max-postcopy-bandwidth", maxBandwidth));
            }
            builder.workingSet(workingSet == null ? null : Path.of(workingSet));
        } catch (InvalidPathException e) {
            throw usage("working-set: received " + e.getMessage() + ", expected a file");
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private static MigrationException usage(String message) {
        return new MigrationException(Kind.USAGE, message);
    }
}
