package org.multifd.provider.zstd;

import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.Standalone;

/**
 * QEMU's method {@code zstd} (wire-format 4): sends one whole frame for each packet, or for some small packets
 * together, which QEMU accepts, and receives that as well as QEMU's one frame without end for each channel. The
 * package's comment says why.
 */
public final class ZstdMethods implements MultiFDMethods {

    static final String LEVEL = "multifd-zstd-level";

    private static final List<MethodParameter> PARAMETERS = List.of(
            MethodParameter.integer(LEVEL, 0, 20, 1, "zstd's level: 1 is the fastest, 20 the smallest, 0 is level 3"));

    private volatile Availability availability;

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        if (availability == null) {
            availability = probe();
        }
        return availability;
    }

    /** Only other classes name the codec's, so that this one loads without them (provider-contract 1.3). */
    private static Availability probe() {
        try {
            return ZstdProbe.run();
        } catch (RuntimeException | LinkageError e) {
            return Availability.unusable("zstd-jni does not work here: " + e.toString().replaceAll("\\s+", " "), e);
        }
    }

    @Override
    public List<MethodParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public Standalone standalone() {
        return Standalone.WIRE_FORM;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        demandUsable();
        try {
            return new ZstdSender(params.parameter(LEVEL), params.standalone());
        } catch (IllegalStateException e) {
            throw new MultiFDException("zstd: " + e.getMessage(), e);
        }
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        demandUsable();
        try {
            return new ZstdReceiver(params.pageCount() * params.pageSize(), params.standalone());
        } catch (IllegalStateException e) {
            throw new MultiFDException("zstd: " + e.getMessage(), e);
        }
    }

    private void demandUsable() throws MultiFDException {
        Availability answer = availability();
        if (!answer.usable()) {
            throw new MultiFDException(answer.detail(), answer.cause());
        }
    }
}
