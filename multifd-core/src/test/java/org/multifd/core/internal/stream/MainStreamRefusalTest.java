package org.multifd.core.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.multifd.core.internal.stream.Reading.refusal;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a main stream must not say, each with its own error. */
class MainStreamRefusalTest {

    @ParameterizedTest
    @CsvSource({"00000002, 2", "00000000, 0", "ffffffff, 4294967295"})
    void shouldRefuseAnotherVersion(String version, String text) {
        assertEquals("main channel: received version " + text + ", expected 3",
                refusal(Bytes.of().hex("5145564d" + version)));
    }

    @ParameterizedTest
    @CsvSource({"00000100, 256", "80000000, 2147483648", "ffffffff, 4294967295"})
    void shouldRefuseAMachineTypeThatIsTooLong(String length, String text) {
        assertEquals("main channel: received machine type length " + text + ", expected at most 255",
                refusal(Bytes.of().hex("5145564d 00000003 07").hex(length)));
    }

    @ParameterizedTest
    @CsvSource({"0", "11", "13", "15", "17", "32", "-1"})
    void shouldRefuseAnotherPageSize(int bits) {
        assertEquals("configuration: received " + Integer.toUnsignedString(bits) + " page bits, expected 12, 14 or 16",
                refusal(Bytes.stream().subsection("target-page-bits").u32(bits)));
    }

    @ParameterizedTest
    @CsvSource({"256", "-1", "-2147483648"})
    void shouldRefuseTooManyCapabilities(int count) {
        assertEquals("main channel: received capability count " + Integer.toUnsignedString(count)
                + ", expected at most 255", refusal(Bytes.stream().subsection("capabilities").u32(count)));
    }

    /** It would be written into a file as more bytes than its length has room for. */
    @Test
    void shouldRefuseNamesThatAreNoUtf8() {
        byte[] name = new byte[255];
        Arrays.fill(name, (byte) 0xFF);
        String quoted = "\"" + "\\xff".repeat(80) + "\"...";
        assertEquals("main channel: received " + quoted + " for a capability, expected UTF-8",
                refusal(Bytes.stream().subsection("capabilities").u32(1).u8(255).raw(name)));
        assertEquals("main channel: received \"\\xc3\" for the machine type, expected UTF-8",
                refusal(Bytes.of().hex("5145564d 00000003 07 00000001 c3")));
    }

    @Test
    void shouldRefuseAnUnknownSubsection() {
        assertEquals("configuration: received subsection \"configuration/x\\x0a\", expected target-page-bits, "
                + "capabilities or uuid", refusal(Bytes.stream().subsection("x\n")));
    }

    @Test
    void shouldRefuseASubsectionOfAnotherVersion() {
        assertEquals("configuration: received \"configuration/uuid\" version 4294967295, expected 1",
                refusal(Bytes.stream().u8(5).counted("configuration/uuid").u32(-1)));
    }

    @Test
    void shouldRefuseASubsectionThatComesTwice() {
        assertEquals("configuration: received subsection \"configuration/capabilities\" twice, expected once",
                refusal(Bytes.stream().subsection("capabilities").u32(0).subsection("capabilities").u32(0)));
    }

    /**
     * End of file, a subsection or a description before RAM's end, a second configuration, a footer alone, nothing
     * known.
     */
    @ParameterizedTest
    @CsvSource({"00", "05", "06", "07", "09", "7e", "ff"})
    void shouldRefuseAnUnknownSection(String type) {
        assertEquals("main channel: received section type 0x" + type
                + " at byte 81, expected a command or a part of RAM", refusal(Bytes.stream().ram(true).hex(type)));
    }

    @Test
    void shouldRefuseADeviceBeforeTheEndOfRam() {
        String rest = " before the end of RAM, expected only one \"ram\"; that device or feature is not supported here";
        assertEquals("main channel: received section \"block\"" + rest,
                refusal(Bytes.stream().hex("01 00000001").counted("block").u32(0).u32(1)));
        assertEquals("main channel: received section \"dirty-bitmap\"" + rest,
                refusal(Bytes.stream().hex("01 00000001").counted("dirty-bitmap").u32(0).u32(2)));
        assertEquals("main channel: received section \"virtio-mem\"" + rest,
                refusal(Bytes.stream().hex("04 00000001").counted("virtio-mem").u32(0).u32(1)));
        assertEquals("main channel: received section \"ram\"" + rest, refusal(Bytes.stream().ram(true).ramStart()));
    }

    @Test
    void shouldRefuseRamAsAWhole() {
        assertEquals("main channel: received section \"ram\" as a whole, expected its start",
                refusal(Bytes.stream().hex("04 00000002").counted("ram").u32(0).u32(4)));
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "0, -1", "1, 4"})
    void shouldRefuseAnotherRam(int instance, int version) {
        assertEquals("main channel: received \"ram\" instance " + instance + " version "
                + Integer.toUnsignedString(version) + ", expected instance 0 version 4",
                refusal(Bytes.stream().hex("01 00000002").counted("ram").u32(instance).u32(version)));
    }

    @ParameterizedTest
    @CsvSource({"02", "03"})
    void shouldRefuseAPartOfAnotherSection(String type) {
        assertEquals("main channel: received a part of section 3, expected 2 (\"ram\")",
                refusal(Bytes.stream().ram(true).hex(type + "00000003")));
        assertEquals("main channel: received a part of section 4294967295, expected the start of \"ram\"",
                refusal(Bytes.stream().hex(type + "ffffffff")));
    }

    @Test
    void shouldShowSectionIdsUnsigned() {
        Bytes start = Bytes.stream().hex("01 ffffffff").counted("ram").u32(0).u32(4).list(4096).block("a", 4096)
                .u64(Bytes.EOS);
        assertEquals("main channel: received 0x7e 2 at byte 58, expected the footer 0x7e 4294967295",
                refusal(start.hex("7e 00000002")));
        Bytes part = Bytes.stream().hex("01 ffffffff").counted("ram").u32(0).u32(4).list(4096).block("a", 4096)
                .u64(Bytes.EOS)
                .hex("7e ffffffff").hex("02 00000001");
        assertEquals("main channel: received a part of section 1, expected 4294967295 (\"ram\")", refusal(part));
    }

    @ParameterizedTest
    @CsvSource({"7e 00000003, 0x7e 3", "7d 00000002, 0x7d 2", "02 00000002, 0x02 2"})
    void shouldRefuseAWrongFooter(String footer, String text) {
        assertEquals("main channel: received " + text + " at byte 94, expected the footer 0x7e 2",
                refusal(Bytes.stream().ram(true).part().u64(Bytes.EOS).hex(footer)));
    }

    @ParameterizedTest
    @CsvSource({"0", "8", "12", "65535"})
    void shouldRefuseAnUnknownCommand(int command) {
        assertEquals("main channel: received command " + command
                + ", expected 1, 2, 3 or 11; turn off what is not plain precopy at the source",
                refusal(Bytes.stream().u8(8).u16(command).u16(0)));
    }

    /** The advice before them says only that it may. */
    @ParameterizedTest
    @CsvSource({"4, POSTCOPY_LISTEN", "5, POSTCOPY_RUN", "6, POSTCOPY_RAM_DISCARD", "7, PACKAGED",
            "9, POSTCOPY_RESUME", "10, RECV_BITMAP"})
    void shouldRefuseAPostcopyThatStarts(int command, String name) {
        assertEquals("main channel: received command " + command + " (" + name + "): postcopy has started, expected "
                + "precopy up to the end; do not start postcopy, or turn off the capability postcopy-ram (for dirty "
                + "bitmaps: dirty-bitmaps) at the source",
                refusal(Bytes.stream().hex("08 0003 0010").u64(4096).u64(4096).ram(true).part().end(true)
                        .u8(8).u16(command).u16(0)));
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 0", "2, 0, 4", "2, 5, 4", "3, 8, 0 or 16", "11, 65535, 0"})
    void shouldRefuseACommandOfAnotherLength(int command, int length, String expected) {
        assertEquals("main channel: received command " + command + " with " + length + " bytes, expected " + expected,
                refusal(Bytes.stream().u8(8).u16(command).u16(length)));
    }
}
