package org.multifd.core.internal.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationParameters;
import org.multifd.core.Warnings;
import org.multifd.core.ZeroPageDetection;

class StreamRulesTest {

    @ParameterizedTest
    @CsvSource({
        "pc-i440fx-7.2, false, false, LEGACY",
        "pc-1.3, false, false, LEGACY",
        "pc-q35-8.0, false, false, LEGACY",
        "pc-q35-8.1, true, false, LEGACY",
        "s390-ccw-virtio-8.2, true, false, LEGACY",
        "virt-9.0, true, false, MULTIFD",
        "pc-i440fx-9.2+pve1, true, false, MULTIFD",
        "pseries-10.0, true, true, MULTIFD",
        "pc-q35-10.2+pve0, true, true, MULTIFD",
        "pc-i440fx-11.0, true, true, MULTIFD",
        "pc-q35-rhel7.6.0, false, false, LEGACY",
        "pc-q35-rhel9.2.0, false, false, LEGACY",
        "s390-ccw-virtio-rhel9.4.0, true, false, LEGACY",
        "pc-q35-rhel9.6.0, true, false, MULTIFD",
        "virt-rhel10.0.0, true, false, MULTIFD",
        "virt-rhel10.2.0, true, true, MULTIFD",
        "pc-q35-focal-hpb, false, false, LEGACY",
        "pc-i440fx-noble-v2, true, false, LEGACY",
        "pc-q35-oracular-maxcpus, true, false, MULTIFD",
        "pc-q35-somebodys, true, true, MULTIFD",
        "pc-i440fx-7.6.0, true, true, MULTIFD",
        "pc-i440fx-jammy, false, false, LEGACY",
        "microvm, true, true, MULTIFD",
        "multifd, true, true, MULTIFD",
    })
    void shouldFollowTheMachineType(String machine, boolean flush, boolean switchoverStart,
    ZeroPageDetection zeroPages) {
        assertEquals(new StreamRules(flush, switchoverStart, zeroPages),
                StreamRules.of(machine, MigrationParameters.defaults()));
    }

    @ParameterizedTest
    @CsvSource({
        "pc-i440fx-7.2, sync-rule, flush, true, false, LEGACY",
        "pc-i440fx-10.2, sync-rule, eos, false, false, MULTIFD",
        "pc-i440fx-10.2, sync-rule, auto, true, true, MULTIFD",
        "pc-i440fx-7.2, zero-page-detection, multifd, false, false, MULTIFD",
        "pc-i440fx-10.2, zero-page-detection, none, true, true, NONE",
        "pc-q35-rhel9.4.0, zero-page-detection, multifd, true, false, MULTIFD",
    })
    void shouldLetTheUserKnowBetter(String machine, String name, String value, boolean flush, boolean switchoverStart,
            ZeroPageDetection zeroPages) {
        assertEquals(new StreamRules(flush, switchoverStart, zeroPages),
                StreamRules.of(machine, MigrationParameters.builder().set(name, value).build()));
    }

    /** A name of which nothing is known is said once, unless all that depends on it was given. */
    @Test
    @Timeout(20)
    void shouldWarnOfANameThatSaysNothing() throws InterruptedException {
        try (Warnings warnings = new Warnings()) {
            StreamRules.of("pc-q35-somebodys", MigrationParameters.builder().set("sync-rule", "eos")
                    .set("zero-page-detection", "legacy").build());
            StreamRules.of("multifd", MigrationParameters.defaults());
            StreamRules.of("pc-q35-rhel9.2.0", MigrationParameters.defaults());
            StreamRules.of("q35-others", MigrationParameters.defaults());
            warnings.await("machine q35-others: no version of QEMU's in its name, taken for the newest; sync-rule eos "
                    + "\\(QEMU up to 8.0\\) and zero-page-detection legacy \\(up to 8.2\\) are those of older ones");
            assertEquals(1, warnings.count());
        }
    }
}
