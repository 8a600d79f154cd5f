package com.example.multifd.brotli;

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

/**
 * The method {@code brotli}: one brotli stream (RFC 7932) for each channel and its whole life, every packet ending with
 * a flush, the stream never finished. The rules that comments here name are those of {@link MultiFDMethods}.
 */
public final class BrotliMethods implements MultiFDMethods {

    static final String LEVEL = "multifd-brotli-level";
    static final String WINDOW = "multifd-brotli-window";

    private static final List<MethodParameter> PARAMETERS = List.of(
            MethodParameter.integer(LEVEL, 0, 11, 1, "brotli's quality: 0 is the fastest, 11 the smallest"),
            MethodParameter.integer(WINDOW, 10, 24, 18,
            "how far back brotli looks, as a power of two: 10 is 1 KiB, 24 is 16 MiB"));

    private volatile Availability availability;

    @Override
    public String name() {
        return "brotli";
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

    /** Only other classes name brotli4j's, so that this one loads without them (rule 1.3). */
    private static Availability probe() {
        try {
            return BrotliProbe.run();
        } catch (RuntimeException | LinkageError e) {
            return Availability.unusable("brotli4j does not work here: " + e.toString().replaceAll("\\s+", " "), e);
        }
    }

    @Override
    public List<MethodParameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        demandUsable();
        return new BrotliSender(params.parameter(LEVEL), params.parameter(WINDOW),
                params.pageCount() * params.pageSize());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        demandUsable();
        return new BrotliReceiver(params.payloadLimit());
    }

    private void demandUsable() throws MultiFDException {
        Availability answer = availability();
        if (!answer.usable()) {
            throw new MultiFDException(answer.detail(), answer.cause());
        }
    }
}
