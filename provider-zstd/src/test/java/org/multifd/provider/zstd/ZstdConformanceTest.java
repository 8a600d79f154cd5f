package org.multifd.provider.zstd;

import java.util.List;
import org.multifd.api.MultiFDMethods;
import org.multifd.tck.MultiFDMethodsConformanceTest;
import org.multifd.tck.Oracle;

class ZstdConformanceTest extends MultiFDMethodsConformanceTest {

    @Override
    public MultiFDMethods methods() {
        return new ZstdMethods();
    }

    @Override
    public Oracle oracle() {
        return new AircompressorZstd();
    }

    @Override
    public List<byte[]> hostilePayloads() {
        return List.of(
                Frames.windowed(25),
                Frames.windowed(26),
                Frames.windowed(41),
                Frames.singleSegment(1L << 25),
                Frames.singleSegment(Long.MAX_VALUE),
                Frames.singleSegment(-1),
                // a window of 2^25, then a block that claims the same byte 128 Ki times, without end
                Frames.bytes(0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x78, 0x02, 0x00, 0x10, 0x41, 0x02, 0x00, 0x10, 0x41),
                // a skippable frame that claims 4 GiB
                Frames.bytes(0x50, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00));
    }
}
