package com.example.multifd.brotli;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;

/** Every rule of the contract that a provider can break, one test each. */
class BrotliConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new BrotliMethods();
    }

    /** Streams of whoever knows RFC 7932, bits filled from the right as section 1.5.1 has it. */
    @Override
    public List<byte[]> hostilePayloads() {
        return Stream.of(
                "06", // finished at once: window of 64 KiB, last and empty
                "0b", // window of 16 MiB, and nothing more
                "11e1", // the reserved window that announces a large one, of 2^30
                "0bffff3f", // window of 16 MiB, then a meta-block of 16 MiB that claims to follow
                "0c" + "00".repeat(64), // empty metadata blocks, one after the other
                "6c" + "ffffff" + "00".repeat(64)) // metadata that claims 16 MiB to skip
                .map(HexFormat.of()::parseHex).toList();
    }
}
