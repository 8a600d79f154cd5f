package org.multifd.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;
import org.multifd.api.PayloadSource;

/** A method of the tests' own: pages as they are, or, made for the purpose, something wrong with each packet. */
final class PlainMethods implements MultiFDMethods {

    /** What happens to pages that arrived. */
    private interface Arrival {
        void of(PageRuns pages) throws MultiFDException;
    }

    private final String name;
    private final Availability availability;
    private final Arrival arrival;

    private PlainMethods(String name, Availability availability, Arrival arrival) {
        this.name = name;
        this.availability = availability;
        this.arrival = arrival;
    }

    static PlainMethods working(String name) {
        return new PlainMethods(name, Availability.usable("pages as they are"), pages -> { });
    }

    static PlainMethods unusable(String name, String why) {
        return new PlainMethods(name, Availability.unusable(why, null), pages -> { });
    }

    static PlainMethods corrupting(String name) {
        return new PlainMethods(name, Availability.usable("one bit wrong"), pages -> {
            ByteBuffer first = pages.buffer(0);
            first.put(first.position(), (byte) (first.get(first.position()) ^ 1));
        });
    }

    static PlainMethods refusing(String name, String why) {
        return new PlainMethods(name, Availability.usable("nothing can be decoded"), pages -> {
            throw new MultiFDException(why);
        });
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
        return availability;
    }

    @Override
    public List<MethodParameter> parameters() {
        return List.of(MethodParameter.integer("multifd-" + name + "-effort", -1, 7, 2, "100 % effort, for $5"));
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
                // nothing is held
            }
        };
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new MultiFDReceiver() {
            @Override
            public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
                in.readInto(pages);
                arrival.of(pages);
            }

            @Override
            public void close() {
                // nothing is held
            }
        };
    }
}
