package org.multifd.provider.nocomp;

import org.multifd.api.Availability;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.Standalone;

/** QEMU's method {@code none}: the payload is the pages, in order (wire-format 4). */
public final class NoCompMethods implements MultiFDMethods {

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
        return Availability.usable("no codec: pages travel as they lie in memory");
    }

    @Override
    public Standalone standalone() {
        return Standalone.WIRE_FORM;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new NoCompSender();
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new NoCompReceiver();
    }
}
