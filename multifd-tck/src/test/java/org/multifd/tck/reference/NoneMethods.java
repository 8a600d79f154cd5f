package org.multifd.tck.reference;

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

/** QEMU's none: nothing is copied at either end. */
public final class NoneMethods implements MultiFDMethods {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("the pages as they lie");
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
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
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
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
