package org.multifd.bench.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multifd.bench.data.RamImage;
import org.multifd.bench.endtoend.Setting.Kind;
import org.multifd.bench.figure.Spread;
import org.multifd.bench.method.MethodLevel;

class EndToEndTest {

    @TempDir
    Path directory;

    @Test
    void shouldMoveARealGuestAndReadWhatItsProcessesUsed() throws IOException {
        RamImage image = RamImage.synthetic(directory.resolve("image"), RamImage.Content.MIXED, 16);
        assertEquals(16 << 20, image.bytes());
        assertTrue(image.nonZeroBytes() > image.bytes() / 2 && image.nonZeroBytes() < image.bytes(),
                image.nonZeroBytes() + "");
        Trial trial = new Trial(image, directory, List.of("-Xmx64m"), List.of("checksum=off"), "no-such-qemu");
        assertEquals("", trial.findQemu());
        Map<String, Double> ours = trial.run(new Setting(Kind.OURS, MethodLevel.parse("zstd"), 2));
        assertTrue(ours.get("wire_bytes") < image.nonZeroBytes(), ours.toString());
        assertTrue(ours.get("destination_faults") > 0 && ours.get("source_peak_mb") > 16, ours.toString());
        Map<String, Double> pump = trial.run(new Setting(Kind.PUMP, MethodLevel.parse("none"), 2));
        assertEquals(image.nonZeroBytes(), pump.get("wire_bytes"));
        Map<String, Double> codec = trial.run(new Setting(Kind.CODEC, MethodLevel.parse("zstd"), 0));
        assertTrue(codec.get("payload_mb_gb") < 1000, codec.toString());
    }

    /** A socket says which one it is in a byte, which has a sign. */
    @Test
    void shouldPumpThroughMoreSocketsThanASignedByteCounts() throws IOException {
        RamImage image = RamImage.synthetic(directory.resolve("image"), RamImage.Content.MIXED, 128);
        Trial trial = new Trial(image, directory, List.of(), List.of(), "no-such-qemu");
        Map<String, Double> pump = trial.run(new Setting(Kind.PUMP, MethodLevel.parse("none"), 130));
        assertEquals(image.nonZeroBytes(), pump.get("wire_bytes"));
    }

    @Test
    void shouldTakeTheLaunchersOptions() throws IOException {
        List<String> options = Launcher.options("relay");
        assertEquals(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx512m", "-XX:MaxDirectMemorySize=1024g"),
                options.subList(0, 4));
        assertTrue(options.stream().skip(4).allMatch(each -> each.startsWith("-XX:Tier4")), options.toString());
        assertEquals(options, Launcher.options("receive"), "one heap for all commands");
    }

    @Test
    void shouldFindAByteThatDiffers() throws IOException {
        RamImage image = RamImage.synthetic(directory.resolve("image"), RamImage.Content.MIXED, 16);
        byte[] bytes = Files.readAllBytes(image.file());
        bytes[0x123456]++;
        Path arrived = Files.write(directory.resolve("arrived"), bytes);
        assertEquals("RAM that arrived differs from what was sent at 0x123456",
                assertThrows(IOException.class, () -> image.demandIdentical(arrived)).getMessage());
    }

    private static Outcome outcome(Kind kind, String method, double speed) {
        Map<String, Spread> figures = new LinkedHashMap<>();
        figures.put("mb_s", new Spread(speed, speed - 10, speed + 10));
        figures.put("wire_bytes", Spread.of(751e6));
        figures.put("source_cpu_s_gb", Spread.of(0.5));
        figures.put("destination_cpu_s_gb", Spread.of(1.25));
        if (kind == Kind.OURS) {
            figures.put("ratio_to_qemu", new Spread(2.5, 2, 3));
        }
        return new Outcome(new Setting(kind, MethodLevel.parse(method), kind == Kind.CODEC ? 0 : 2), figures);
    }

    @Test
    void shouldPrintOutcomesAsATable() {
        List<String> lines = OutcomeTable.lines(List.of(outcome(Kind.CODEC, "zstd", 1),
                outcome(Kind.OURS, "none", 1000)));
        assertEquals(3, lines.size());
        assertEquals(List.of("", "ours -> ours", "none", "2", "1000 (990..1010)", "2.50 (2.00..3.00)", "", "751",
                "0.50 + 1.25", "", "", "", "", "identical"), List.of(lines.get(2).split("\\s*\\|\\s*")));
    }

    @Test
    void shouldDrawABarForEachMethodAtItsBest() {
        List<String> svg = Picture.of(List.of(outcome(Kind.PUMP, "none", 1200), outcome(Kind.OURS, "none", 900),
                outcome(Kind.OURS, "none", 1000), outcome(Kind.QEMU, "none", 400), outcome(Kind.SEND, "none", 300)),
                List.of("a < machine"));
        assertEquals(3, svg.stream().filter(line -> line.startsWith("<rect x=")).count(), svg.toString());
        assertTrue(svg.stream().anyMatch(line -> line.contains(">ours -&gt; ours none<")), svg.toString());
        assertTrue(svg.stream().anyMatch(line -> line.contains(">1000 (× 2.50)<")), svg.toString());
        assertTrue(svg.stream().anyMatch(line -> line.contains("a &lt; machine")), svg.toString());
        assertEquals("</svg>", svg.get(svg.size() - 1));
    }
}
