package org.multifd.bench.method;

import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.ParameterValues;
import org.multifd.bench.data.GuestImage;
import org.multifd.core.internal.wire.PacketHeader;

/** What core tells a method at set-up: one channel with QEMU's packets, and a level. */
public record BenchParams(MultiFDMethods method, int level) implements MultiFDSendParams, MultiFDRecvParams {

    /** For "the method's own default". */
    public static final int DEFAULT_LEVEL = -1;

    public BenchParams {
        for (MethodParameter each : method.parameters()) {
            if (level != DEFAULT_LEVEL && !each.accepts(Integer.toString(level))) {
                throw new IllegalArgumentException(each.name() + ": received " + level + ", expected "
                        + each.expected());
            }
        }
        if (level != DEFAULT_LEVEL && method.parameters().isEmpty()) {
            throw new IllegalArgumentException("method " + method.name() + ": received level " + level
                    + ", expected none");
        }
    }

    @Override
    public int channel() {
        return 0;
    }

    @Override
    public int pageSize() {
        return GuestImage.PAGE_SIZE;
    }

    @Override
    public int pageCount() {
        return PacketHeader.pageCount(GuestImage.PAGE_SIZE);
    }

    @Override
    public int payloadLimit() {
        return PacketHeader.PAYLOAD_LIMIT;
    }

    @Override
    public ParameterValues values() {
        Map<String, String> given = new HashMap<>();
        if (level != DEFAULT_LEVEL) {
            method.parameters().forEach(each -> given.put(each.name(), Integer.toString(level)));
        }
        return ParameterValues.of(method.parameters(), given);
    }

    /** The providers of the class path, of which there is one for each name. */
    public static MultiFDMethods find(String name) {
        for (MultiFDMethods each : ServiceLoader.load(MultiFDMethods.class)) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("received method " + name
                + ", expected one whose provider is on the class path");
    }
}
