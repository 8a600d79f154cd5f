package org.multifd.provider.zlib;

import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.Standalone;

/**
 * QEMU's method {@code zlib}: one zlib stream for each channel and its whole life, every packet ending with a sync
 * flush, the stream never finished (wire-format 4). A packet that stands alone is one whole zlib stream.
 */
public final class ZlibMethods implements MultiFDMethods {

    static final String LEVEL = "multifd-zlib-level";

    private static final List<MethodParameter> PARAMETERS = List.of(
            MethodParameter.integer(LEVEL, 0, 9, 1, "zlib's level: 0 stores, 1 is the fastest, 9 the smallest"));

    private volatile Availability availability;

    @Override
    public String name() {
        return "zlib";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        if (availability == null) {
            availability = ZlibProbe.run();
        }
        return availability;
    }

    @Override
    public List<MethodParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public Standalone standalone() {
        return Standalone.OWN_FORM;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new ZlibSender(params.parameter(LEVEL), params.standalone());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new ZlibReceiver(params.pageCount() * params.pageSize(), params.standalone());
    }
}
