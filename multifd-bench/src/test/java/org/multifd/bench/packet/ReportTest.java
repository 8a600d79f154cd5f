package org.multifd.bench.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.multifd.bench.data.GuestImage;
import org.multifd.bench.figure.JsonLines;
import org.multifd.bench.figure.Machine;
import org.multifd.bench.figure.Spread;
import org.multifd.bench.method.MethodLevel;

class ReportTest {

    private static final Result PATH = Result.of(
            Case.path(MethodLevel.parse("zstd"), "send", "whole", GuestImage.SYNTHETIC, 32), List.of(
                    path(1000, 1100), path(1000, 900), path(2000, 1900)));
    private static final Result SCAN = Result.of(Case.scan("zero", 128), List.of(Map.of("scanNanos", 10.0,
            "loopNanos", 20.0, "limitNanos", 5.0, "copyNanos", 30.0, "scanAllocated", 0.0, "scannedBytes", 100.0)));

    private static Map<String, Double> path(double pathNanos, double bareNanos) {
        return Map.of("pathNanos", pathNanos, "bareNanos", bareNanos, "pathAllocated", 0.0, "bareAllocated", 0.0,
                "packets", 2.0, "pageBytes", 1000.0, "payloadBytes", 400.0);
    }

    @Test
    void shouldTakeTheMedianOfAnEvenNumberBetweenTheMiddleTwo() {
        assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 2, 3, 1));
    }

    @Test
    void shouldPrintPathsAsATable() {
        assertEquals(List.of(
                "| method | direction | pages | ÷ bare codec      | MB/s             | bare MB/s       "
                    + "| compression | heap bytes/packet | pages arrived |",
                "|--------|-----------|-------|-------------------|------------------|-----------------"
                    + "|-------------|-------------------|---------------|",
                "| zstd:1 | send      | whole | 0.95 (0.90..1.10) | 1000 (500..1000) | 909 (526..1111) "
                    + "| 2.50        | 0.0               | identical     |"),
                ResultTables.paths(List.of(PATH, SCAN)));
    }

    @Test
    void shouldPrintScansAsATable() {
        assertEquals(List.of(
                "| zero page scan of | ÷ plain loop      | ÷ limit           | ÷ copy            | GB/s              |",
                "|-------------------|-------------------|-------------------|-------------------|-------------------|",
                "| zero              | 2.00 (2.00..2.00) | 0.50 (0.50..0.50) | 3.00 (3.00..3.00) | 10.0 (10.0..10.0) |"
                ), ResultTables.scans(List.of(PATH, SCAN)));
    }

    @Test
    void shouldPrintAResultAsALineOfJson() {
        assertEquals("{\"message_type\":\"result\",\"benchmark\":\"PacketPath\",\"method\":\"zstd\",\"level\":1,"
                + "\"direction\":\"send\",\"pages\":\"whole\",\"image\":\"synthetic\",\"mebibytes\":32,\"rounds\":3,"
                + "\"ratio_to_bare\":{\"median\":0.950,\"min\":0.900,\"max\":1.100},"
                + "\"path_mb_s\":{\"median\":1000.000,\"min\":500.000,\"max\":1000.000},"
                + "\"bare_mb_s\":{\"median\":909.091,\"min\":526.316,\"max\":1111.111},"
                + "\"compression\":{\"median\":2.500,\"min\":2.500,\"max\":2.500},"
                + "\"allocated_bytes_per_packet\":{\"median\":0.000,\"min\":0.000,\"max\":0.000}}",
                PATH.json(3));
    }

    @Test
    void shouldPrintTheMachineAsALineOfJsonWithoutWhatIsNotKnown() {
        assertEquals("{\"message_type\":\"machine\",\"processor\":\"A \\\"B\\\"\",\"cores\":2,\"jdk\":\"J\\u00e4va\","
                + "\"system\":\"Linux\",\"load_average\":null,\"image\":\"synthetic\",\"image_mib\":32}",
                JsonLines.machine(new Machine("A \"B\"", 2, "J\u00e4va", "Linux", Double.NaN), "synthetic", 32));
    }
}
