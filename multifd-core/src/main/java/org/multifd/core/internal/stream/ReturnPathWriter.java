package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.multifd.core.internal.transport.Connection;

/** The destination's answers on the main connection. One thread's. */
public final class ReturnPathWriter {

    private final Output out;

    public ReturnPathWriter(Connection connection) {
        this.out = new Output(connection, "return path", Qevm.REASON_LIMIT + 64);
    }

    public void pong(int value) throws IOException {
        out.u16(Qevm.RETURN_PONG).u16(4).u32(value).flush();
    }

    /** The source may switch over. */
    public void switchoverAck() throws IOException {
        out.u16(Qevm.RETURN_SWITCHOVER_ACK).u16(0).flush();
    }

    /** The end: all was loaded, or not. */
    public void shut(boolean well) throws IOException {
        out.u16(Qevm.RETURN_SHUT).u16(4).u32(well ? 0 : 1).flush();
    }

    /**
     * Why it failed, up to a whole character within 1,024 bytes, before {@link #shut}. Only to a source that is known
     * to be a multifd peer.
     */
    public void reason(String why) throws IOException {
        ByteBuffer cut = ByteBuffer.allocate(Qevm.REASON_LIMIT);
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE).encode(CharBuffer.wrap(why),
                cut, true);
        byte[] text = Arrays.copyOf(cut.array(), cut.position());
        out.u16(Qevm.RETURN_REASON).u16(text.length).bytes(text).flush();
    }
}
