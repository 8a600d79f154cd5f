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

/** The simplest method there can be: a payload is a copy of the pages. */
public final class CopyMethods implements MultiFDMethods {

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        return Availability.usable("copies");
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new Sender();
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new Receiver();
    }

    private static final class Sender implements MultiFDSender {
        @Override
        public void prepare(PageRuns pages, Payload out) {
            pages.copyTo(out.buffer());
        }

        @Override
        public void close() {
        }
    }

    private static final class Receiver implements MultiFDReceiver {
        @Override
        public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
            if (in.length() != pages.bytes()) {
                throw new MultiFDException("expected " + pages.bytes() + " bytes, got " + in.length());
            }
            pages.copyFrom(in.buffer());
        }

        @Override
        public void close() {
        }
    }
}
