package org.multifd.core.fault;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;
import org.multifd.core.MethodRegistry;
import org.multifd.core.MigrationException;

/** A provider whose compressors and decompressors, and with them its native memory, are counted while they are open. */
final class CountedMethods implements MultiFDMethods {

    static final AtomicLong OPEN = new AtomicLong();
    static final List<String> NAMES = List.of("none", "zlib", "zstd", "lz4");

    private final MultiFDMethods methods;

    private CountedMethods(MultiFDMethods methods) {
        this.methods = methods;
    }

    /** The four that come along. */
    static MethodRegistry registry() throws MigrationException {
        MethodRegistry found = MethodRegistry.load();
        MethodRegistry counted = MethodRegistry.of();
        for (String name : NAMES) {
            counted.register(new CountedMethods(found.find(name)));
        }
        return counted;
    }

    @Override
    public String name() {
        return methods.name();
    }

    @Override
    public int apiVersion() {
        return methods.apiVersion();
    }

    @Override
    public Availability availability() {
        return methods.availability();
    }

    @Override
    public List<MethodParameter> parameters() {
        return methods.parameters();
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        MultiFDSender sender = methods.sendSetup(params);
        OPEN.incrementAndGet();
        return new MultiFDSender() {
            @Override
            public void prepare(PageRuns pages, Payload out) throws MultiFDException {
                sender.prepare(pages, out);
            }

            @Override
            public void close() throws MultiFDException {
                OPEN.decrementAndGet();
                sender.close();
            }
        };
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        MultiFDReceiver receiver = methods.recvSetup(params);
        OPEN.incrementAndGet();
        return new MultiFDReceiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                receiver.recv(pages, in);
            }

            @Override
            public void close() {
                OPEN.decrementAndGet();
                receiver.close();
            }
        };
    }
}
