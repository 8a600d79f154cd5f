package org.multifd.tck;

import java.io.IOException;
import java.util.List;
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
import org.multifd.tck.reference.CopyMethods;

/** A method that keeps to the contract but for what is overridden. */
class Altered implements MultiFDMethods {

    private final MultiFDMethods good;

    Altered() {
        this(new CopyMethods());
    }

    Altered(MultiFDMethods good) {
        this.good = good;
    }

    @Override
    public String name() {
        return good.name();
    }

    @Override
    public int apiVersion() {
        return good.apiVersion();
    }

    @Override
    public Availability availability() {
        return good.availability();
    }

    @Override
    public List<MethodParameter> parameters() {
        return good.parameters();
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
        return good.sendSetup(params);
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
        return good.recvSetup(params);
    }

    /** A sender that copies, but for what is overridden. */
    static class Sender implements MultiFDSender {
        @Override
        public void prepare(PageRuns pages, Payload out) throws MultiFDException {
            pages.copyTo(out.buffer());
        }

        @Override
        public void close() throws MultiFDException {
        }
    }

    /** A receiver that copies, but for what is overridden. */
    static class Receiver implements MultiFDReceiver {
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

    /** Copies with another sender. */
    @FunctionalInterface
    interface Sending {
        MultiFDSender sender(MultiFDSendParams params) throws MultiFDException;
    }

    /** Copies with another receiver. */
    @FunctionalInterface
    interface Receiving {
        MultiFDReceiver receiver(MultiFDRecvParams params) throws MultiFDException;
    }

    static MultiFDMethods sender(Sending sending) {
        return new Altered() {
            @Override
            public MultiFDSender sendSetup(MultiFDSendParams params) throws MultiFDException {
                return sending.sender(params);
            }
        };
    }

    static MultiFDMethods receiver(Receiving receiving) {
        return new Altered() {
            @Override
            public MultiFDReceiver recvSetup(MultiFDRecvParams params) throws MultiFDException {
                return receiving.receiver(params);
            }
        };
    }
}
