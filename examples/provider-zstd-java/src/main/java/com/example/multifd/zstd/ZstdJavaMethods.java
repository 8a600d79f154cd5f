package com.example.multifd.zstd;

import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;

/**
 * QEMU's method {@code zstd} without native code: aircompressor makes the frames, and a decoder of this package reads
 * them. It takes the place of another provider of the name by its higher priority.
 */
public final class ZstdJavaMethods implements MultiFDMethods {

    private static final List<MethodParameter> PARAMETERS = List.of(MethodParameter.integer("multifd-zstd-level", 0, 20,
            1, "taken as QEMU's parameter, and of no effect: this codec has one level"));

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public int priority() {
        return 1;
    }

    /** Only another class names the codec's, so that this one loads without them (rule 1.3). */
    @Override
    public Availability availability() {
        try {
            return ZstdJavaProbe.run();
        } catch (RuntimeException | LinkageError e) {
            return Availability.unusable("aircompressor does not work here: "
                    + e.toString().replaceAll("\\s+", " "), e);
        }
    }

    @Override
    public List<MethodParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new ZstdJavaSender(params.pageCount() * params.pageSize());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new ZstdJavaReceiver();
    }
}
