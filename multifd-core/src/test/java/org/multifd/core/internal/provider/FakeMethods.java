package org.multifd.core.internal.provider;

import java.util.List;
import org.multifd.api.Availability;
import org.multifd.api.MethodParameter;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;

/** A program's own method that says what a test wants it to say. */
public class FakeMethods implements MultiFDMethods {

    private final String name;
    private final MethodParameter[] parameters;

    public FakeMethods(String name, MethodParameter... parameters) {
        this.name = name;
        this.parameters = parameters;
    }

    /** Usable nowhere, for that reason. */
    public static FakeMethods unusable(String name, String why) {
        return new FakeMethods(name) {
            @Override
            public Availability availability() {
                return Availability.unusable(why, new UnsatisfiedLinkError(why));
            }
        };
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
        return Availability.usable("always");
    }

    @Override
    public List<MethodParameter> parameters() {
        return List.of(parameters);
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        throw new UnsupportedOperationException();
    }
}
