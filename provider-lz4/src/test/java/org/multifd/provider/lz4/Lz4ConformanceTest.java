package org.multifd.provider.lz4;

import java.util.Arrays;
import java.util.List;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;
import org.multifd.tck.Oracle;

class Lz4ConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new Lz4Methods();
    }

    @Override
    public Oracle oracle() {
        return new AircompressorLz4();
    }

    @Override
    public List<byte[]> hostilePayloads() {
        byte[] endlessLength = new byte[1 << 20];
        Arrays.fill(endlessLength, (byte) 0xFF);
        byte[] endlessMatch = endlessLength.clone();
        // no literals, a match whose length does not end, from a distance of 1 before the block's start
        endlessMatch[0] = 0x0F;
        endlessMatch[1] = 1;
        endlessMatch[2] = 0;
        return List.of(endlessLength, endlessMatch, new byte[] {0}, new byte[] {0x0F, 0, 0, 0});
    }
}
