package org.multifd.core.internal.outgoing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multifd.core.MigrationParameters;
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
        "pc-q35-rhel7.6.0, true, true, MULTIFD",
        "pc-i440fx-7.6.0, true, true, MULTIFD",
        "pc-i440fx-jammy, true, true, MULTIFD",
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
        "pc-q35-rhel9.4.0, zero-page-detection, legacy, true, true, LEGACY",
    })
    void shouldLetTheUserKnowBetter(String machine, String name, String value, boolean flush, boolean switchoverStart,
            ZeroPageDetection zeroPages) {
        assertEquals(new StreamRules(flush, switchoverStart, zeroPages),
                StreamRules.of(machine, MigrationParameters.builder().set(name, value).build()));
    }
}
