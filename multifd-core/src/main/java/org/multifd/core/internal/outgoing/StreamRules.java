package org.multifd.core.internal.outgoing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multifd.core.MigrationParameters;
import org.multifd.core.SyncRule;
import org.multifd.core.ZeroPageDetection;
import org.multifd.core.internal.wire.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a destination expects of a stream (wire-format 6). The machine type decides, not the version of QEMU.
 *
 * @param flush whether MULTIFD_FLUSH marks a round's end, otherwise every EOS does
 * @param switchoverStart whether this command comes before RAM's END
 * @param zeroPages where zero pages are told apart
 */
record StreamRules(boolean flush, boolean switchoverStart, ZeroPageDetection zeroPages) {

    private static final Logger LOG = LoggerFactory.getLogger(StreamRules.class);

    /**
     * {@code pc-i440fx-7.2}, {@code virt-9.0}, {@code pc-q35-10.2+pve1}; a distribution's own numbers are not QEMU's.
     */
    private static final Pattern VERSIONED = Pattern.compile(".*-(\\d{1,4})\\.(\\d{1,4})(?![\\d.]).*");

    /** Versions as one number: major and minor. */
    private static final int FIRST_FLUSH = version(8, 1);
    private static final int FIRST_ZERO_PAGES_IN_PACKETS = version(9, 0);
    private static final int FIRST_SWITCHOVER_START = version(10, 0);
    private static final int NEWEST = Integer.MAX_VALUE;

    private static int version(int major, int minor) {
        return major << 16 | minor;
    }

    /** The rules among ourselves: the newest, but for what the parameters say. */
    static StreamRules ours(MigrationParameters parameters) {
        boolean flush = parameters.syncRule() != SyncRule.EOS;
        return new StreamRules(flush, flush, parameters.zeroPageDetection());
    }

    /** The rules of a machine type, but for what was given explicitly. */
    static StreamRules of(String machine, MigrationParameters parameters) {
        int version = version(machine);
        boolean flush = parameters.syncRule() == SyncRule.AUTO ? version >= FIRST_FLUSH
                : parameters.syncRule() == SyncRule.FLUSH;
        ZeroPageDetection zeroPages = parameters.isSet("zero-page-detection") ? parameters.zeroPageDetection()
                : version >= FIRST_ZERO_PAGES_IN_PACKETS ? ZeroPageDetection.MULTIFD : ZeroPageDetection.LEGACY;
        StreamRules rules = new StreamRules(flush, flush && version >= FIRST_SWITCHOVER_START, zeroPages);
        LOG.debug("machine {}: {}", Text.oneLine(machine), rules);
        return rules;
    }

    private static int version(String machine) {
        Matcher versioned = VERSIONED.matcher(machine);
        if (versioned.matches()) {
            return version(Integer.parseInt(versioned.group(1)), Integer.parseInt(versioned.group(2)));
        }
        LOG.debug("machine {} has no version of QEMU's in its name: the newest rules; sync-rule and "
                + "zero-page-detection give others", Text.oneLine(machine));
        return NEWEST;
    }
}
