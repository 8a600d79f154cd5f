package org.multifd.core.internal.outgoing;

import java.util.OptionalInt;
import org.multifd.core.MigrationParameters;
import org.multifd.core.SyncRule;
import org.multifd.core.ZeroPageDetection;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MachineVersion;
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

    /** Versions as one number: major and minor. */
    private static final int FIRST_FLUSH = MachineVersion.of(8, 1);
    private static final int FIRST_ZERO_PAGES_IN_PACKETS = MachineVersion.of(9, 0);
    private static final int FIRST_SWITCHOVER_START = MachineVersion.of(10, 0);
    private static final int NEWEST = Integer.MAX_VALUE;

    /** The rules between two multifd peers: the newest, except for what the parameters say. */
    static StreamRules newest(MigrationParameters parameters) {
        boolean flush = parameters.syncRule() != SyncRule.EOS;
        return new StreamRules(flush, flush, parameters.zeroPageDetection());
    }

    /** The rules of a machine type, but for what was given explicitly. */
    static StreamRules of(String machine, MigrationParameters parameters) {
        boolean given = parameters.syncRule() != SyncRule.AUTO && parameters.isSet("zero-page-detection");
        int version = given ? NEWEST : version(machine); // which then decides nothing
        boolean flush = parameters.syncRule() == SyncRule.AUTO ? version >= FIRST_FLUSH
                : parameters.syncRule() == SyncRule.FLUSH;
        ZeroPageDetection zeroPages = parameters.isSet("zero-page-detection") ? parameters.zeroPageDetection()
                : version >= FIRST_ZERO_PAGES_IN_PACKETS ? ZeroPageDetection.MULTIFD : ZeroPageDetection.LEGACY;
        StreamRules rules = new StreamRules(flush, flush && version >= FIRST_SWITCHOVER_START, zeroPages);
        LOG.debug("machine {}: {}", Text.oneLine(machine), rules);
        return rules;
    }

    private static int version(String machine) {
        OptionalInt known = MachineVersion.of(machine);
        if (known.isEmpty() && !machine.equals(Configuration.MULTIFD)) {
            LOG.warn("machine {}: no version of QEMU's in its name, taken for the newest; sync-rule eos (QEMU up to "
                    + "8.0) and zero-page-detection legacy (up to 8.2) are those of older ones", Text.oneLine(machine));
        }
        return known.orElse(NEWEST);
    }
}
