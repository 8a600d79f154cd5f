package org.multifd.core.internal.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A main stream put together by hand from wire-format 5. */
final class Bytes {

    /** The flags of RAM's records. */
    static final int ZERO = 0x02;
    static final int MEM_SIZE = 0x04;
    static final int PAGE = 0x08;
    static final int EOS = 0x10;
    static final int CONTINUE = 0x20;
    static final int FLUSH = 0x200;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Bytes of() {
        return new Bytes();
    }

    /** Header and configuration of a machine "pc". */
    static Bytes stream() {
        return of().hex("5145564d 00000003").hex("07 00000002 7063");
    }

    Bytes hex(String hex) {
        return raw(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    Bytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    Bytes u8(int value) {
        out.write(value);
        return this;
    }

    Bytes u16(int value) {
        return raw(ByteBuffer.allocate(2).putShort((short) value).array());
    }

    Bytes u32(int value) {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    Bytes u64(long value) {
        return raw(ByteBuffer.allocate(8).putLong(value).array());
    }

    /** A u8 length and the text. */
    Bytes counted(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return u8(bytes.length).raw(bytes);
    }

    Bytes subsection(String name) {
        return u8(0x05).counted("configuration/" + name).u32(1);
    }

    /** RAM's START up to its list. */
    Bytes ramStart() {
        return hex("01 00000002").counted("ram").u32(0).u32(4);
    }

    Bytes list(long total) {
        return u64(total | MEM_SIZE);
    }

    Bytes block(String name, long length) {
        return counted(name).u64(length);
    }

    /** Start, list of "a" with 2 pages and "b" with 4, and the end of the section. */
    Bytes ram(boolean flushRule) {
        ramStart().list(6 * 4096).block("a", 2 * 4096).block("b", 4 * 4096);
        return end(flushRule);
    }

    Bytes part() {
        return hex("02 00000002");
    }

    Bytes last() {
        return hex("03 00000002");
    }

    /** The end of a section of RAM. */
    Bytes end(boolean flushRule) {
        if (flushRule) {
            u64(FLUSH);
        }
        return u64(EOS).hex("7e 00000002");
    }

    /** A device of 8 bytes, and the description. */
    Bytes tail() {
        return hex("04 00000009").counted("timer").u32(0).u32(2).u64(42).hex("7e 00000009")
                .description("{\"devices\": [{\"name\": \"timer\", \"instance_id\": 0, \"size\": 8}]}");
    }

    Bytes description(String json) {
        return hex("00 06").u32(json.length()).raw(json.getBytes(StandardCharsets.US_ASCII));
    }

    byte[] array() {
        return out.toByteArray();
    }
}
