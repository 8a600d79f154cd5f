package org.multifd.core;

import java.io.IOException;
import org.multifd.api.Availability;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** The pages as they lie, under any name: core's tests need no provider. */
public class PlainMethod implements MultiFDMethods {

    private final String name;

    public PlainMethod(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("a test's own");
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        return new MultiFDSender() {
            @Override
            public void prepare(PageRuns pages, Payload out) {
                out.appendPages();
            }

            @Override
            public void close() {
            }
        };
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        return new MultiFDReceiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                in.readInto(pages);
            }

            @Override
            public void close() {
            }
        };
    }
}
