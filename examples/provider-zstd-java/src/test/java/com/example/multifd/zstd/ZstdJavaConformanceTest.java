package com.example.multifd.zstd;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.multifd.api.MultiFDMethods;
import org.multifd.provider.zstd.ZstdMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;
import org.multifd.tck.Oracle;
import org.multifd.tck.ProviderOracle;

/** Every rule of the contract that a provider can break; the reference implementation reads and writes as well. */
class ZstdJavaConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new ZstdJavaMethods();
    }

    @Override
    public Oracle oracle() {
        return new ProviderOracle(new ZstdMethods());
    }

    @Override
    public List<byte[]> hostilePayloads() {
        return Stream.of(
                "28b52ffd0078" + "02001041".repeat(9), // a window of 32 MiB, and blocks of one byte, 128 Ki times
                "28b52ffd00f8000000", // a window of 2 TiB
                "28b52ffde0ffffffffffffffff", // content without end
                "502a4d18ffffffff0000", // a frame to skip, of 4 GiB
                "28b52ffd0058050000ff") // a block of no literals and 0x7fff sequences that are not there
                .map(HexFormat.of()::parseHex).toList();
    }
}
