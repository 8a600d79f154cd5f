package org.multifd.core.internal.negotiation;

import java.util.HashSet;
import java.util.List;

/**
 * What a receiving side takes, whatever the method.
 *
 * @param payloadLimit the largest payload in bytes, 1 MiB..16 MiB
 * @param pageSizes the page sizes in bytes: each of 4096, 16384 and 65536 at most once
 * @param channels how many multifd channels it waits for, 0 for as many as come
 */
public record NegotiationLimits(int payloadLimit, List<Integer> pageSizes, int channels) {

    static final int MIN_PAYLOAD_LIMIT = 1 << 20;
    static final int MAX_PAYLOAD_LIMIT = 1 << 24;
    static final int MAX_CHANNELS = 255;
    static final List<Integer> PAGE_SIZES = List.of(4096, 16384, 65536);

    public NegotiationLimits {
        pageSizes = List.copyOf(pageSizes);
        checkRange("payload-limit", payloadLimit, MIN_PAYLOAD_LIMIT, MAX_PAYLOAD_LIMIT);
        checkRange("channels", channels, 0, MAX_CHANNELS);
        for (int each : pageSizes) {
            checkPageSize("page-sizes", each);
        }
        if (pageSizes.isEmpty() || new HashSet<>(pageSizes).size() != pageSizes.size()) {
            throw new IllegalArgumentException("field page-sizes: received " + pageSizes + ", expected each once");
        }
    }

    static void checkRange(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "field " + field + ": received " + value + ", expected " + min + ".." + max);
        }
    }

    static void checkPageSize(String field, int value) {
        if (!PAGE_SIZES.contains(value)) {
            throw new IllegalArgumentException("field " + field + ": received " + Integer.toUnsignedString(value)
                    + ", expected 4096, 16384 or 65536");
        }
    }
}
