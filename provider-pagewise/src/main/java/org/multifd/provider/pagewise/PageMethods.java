package org.multifd.provider.pagewise;

import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;
import org.multifd.api.Standalone;

/** What the two methods share: all but the name and the form of a page's stream. */
abstract class PageMethods implements MultiFDMethods {

    private final PageFormat format;
    private final String level;
    private final List<MethodParameter> parameters;
    private volatile Availability availability;

    PageMethods(PageFormat format) {
        this.format = format;
        level = "multifd-" + format.method() + "-level";
        parameters = List.of(MethodParameter.integer(level, 1, 9, 1,
                "deflate's level: 1 is the fastest, as QEMU's accelerators, 9 the smallest"));
    }

    @Override
    public String name() {
        return format.method();
    }

    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    @Override
    public Availability availability() {
        if (availability == null) {
            availability = format.probe();
        }
        return availability;
    }

    @Override
    public List<MethodParameter> parameters() {
        return parameters;
    }

    @Override
    public Standalone standalone() {
        return Standalone.WIRE_FORM;
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        int pageSize = params.pageSize();
        return new PageSender(format.deflater(params.parameter(level)), pageSize);
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new PageReceiver(format, params.pageSize());
    }
}
