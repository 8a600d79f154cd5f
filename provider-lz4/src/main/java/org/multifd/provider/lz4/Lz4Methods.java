package org.multifd.provider.lz4;

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

/** The method {@code lz4}, which QEMU does not have: each payload is one lz4 block, all pages in order. */
public final class Lz4Methods implements MultiFDMethods {

    static final String LEVEL = "multifd-lz4-level";

    /** Numbered as the lz4 command numbers them. */
    private static final List<MethodParameter> PARAMETERS = List.of(
            MethodParameter.integer(LEVEL, 1, 12, 1, "lz4's level: 1 is the fastest, 12 the smallest"));

    private final PacketBuffers buffers = new PacketBuffers();
    private volatile Lz4Codec codec;
    private volatile Availability availability;

    @Override
    public String name() {
        return "lz4";
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
    private Availability probe() {
        try {
            Lz4Codec found = Lz4Codec.load();
            codec = found;
            return found.availability();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            return Availability.unusable("lz4-java does not work here: " + e.toString().replaceAll("\\s+", " "), e);
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
        Lz4Codec usable = codec();
        return new Lz4Sender(usable, params.parameter(LEVEL), buffers, params.pageCount() * params.pageSize());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        Lz4Codec usable = codec();
        return new Lz4Receiver(usable, buffers, params.pageCount() * params.pageSize());
    }

    @Override
    public void release() {
        buffers.release();
    }

    private Lz4Codec codec() throws MultiFDException {
        Availability answer = availability();
        if (!answer.usable()) {
            throw new MultiFDException(answer.detail(), answer.cause());
        }
        return codec;
    }
}
