package org.multifd.core.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.core.transport.Connection;

/** The destination's answers on the main connection. One thread's. */
public final class ReturnPathWriter {

    private final Output out;

    public ReturnPathWriter(Connection connection) {
        this.out = new Output(connection, Qevm.REASON_LIMIT + 64);
    }

    public void pong(int value) throws IOException {
        out.u16(Qevm.RETURN_PONG).u16(4).u32(value).flush();
    }

    /** The end: all was loaded, or not. */
    public void shut(boolean well) throws IOException {
        out.u16(Qevm.RETURN_SHUT).u16(4).u32(well ? 0 : 1).flush();
    }

    /** Why it failed, before {@link #shut}. Only to a source that is known to be ours. */
    public void reason(String why) throws IOException {
        byte[] text = why.getBytes(StandardCharsets.UTF_8);
        text = Arrays.copyOf(text, Math.min(text.length, Qevm.REASON_LIMIT));
        out.u16(Qevm.RETURN_REASON).u16(text.length).bytes(text).flush();
    }
}
