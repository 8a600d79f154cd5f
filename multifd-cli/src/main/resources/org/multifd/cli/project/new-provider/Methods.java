package @package@;

import org.multifd.api.Availability;
import org.multifd.api.MultiFDApi;
import org.multifd.api.MultiFDMethods;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.MultiFDRecvParams;
import org.multifd.api.MultiFDSendParams;
import org.multifd.api.MultiFDSender;

/**
 * The method {@code @name@}. One instance serves all channels at the same time: what belongs to a channel lives in the
 * {@link @Name@Sender} and {@link @Name@Receiver} that the set-ups return. The rules that comments here name are those
 * of {@link MultiFDMethods}.
 */
public final class @Name@Methods implements MultiFDMethods {

    @Override
    public String name() {
        return "@name@";
    }

    /** A constant that javac copies into this class: what it was built for, whichever API it meets (rule 1.5). */
    @Override
    public int apiVersion() {
        return MultiFDApi.VERSION;
    }

    /**
     * A codec is tried out here, by compressing a few bytes: never in the constructor or a static initialiser (rules
     * 1.3 and 1.4). If that throws, the answer is {@link Availability#unusable(String, Throwable)} with what was
     * thrown.
     */
    @Override
    public Availability availability() {
        return Availability.usable("needs nothing but Java");
    }

    @Override
    public MultiFDSender sendSetup(MultiFDSendParams params) {
        return new @Name@Sender(params.pageCount() * params.pageSize());
    }

    @Override
    public MultiFDReceiver recvSetup(MultiFDRecvParams params) {
        return new @Name@Receiver(params.pageCount() * params.pageSize());
    }
}
