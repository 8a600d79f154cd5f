package org.multifd.core;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;

/**
 * A relay between a source and a destination of one channel that do as they are told, and the way to each of its
 * states: a state is reached once the destination has what the source has sent.
 */
final class RelayScript implements AutoCloseable {

    /** The states of the table in docs/reference/endings.md. */
    enum State {
        WAITING, CONNECTING, RAM, TAIL, UNDECIDED, CONFIRMED
    }

    static final byte[] SHUT_0 = hex("00010004" + "00000000");
    static final byte[] SHUT_1 = hex("00010004" + "00000001");
    static final byte[] PONG = hex("00020004" + "00000001");

    private static final byte[] HEAD = hex("5145564d" + "00000003" + "07" + "00000001" + "6d");
    private static final byte[] OPEN_RETURN_PATH = hex("08" + "0001" + "0000");
    private static final byte[] POSTCOPY_ADVISE = hex("08" + "0003" + "0000");
    private static final byte[] LIST = hex("0100000002" + "0372616d" + "00000000" + "00000004" + "0000000000001004"
            + "0161" + "0000000000001000" + "0000000000000200" + "0000000000000010" + "7e00000002");
    private static final byte[] RAM_END = hex("0300000002" + "0000000000000200" + "0000000000000010" + "7e00000002");
    private static final byte[] DEVICE = hex("0400000009" + "0574696d6572" + "00000000" + "00000002" + "0000");
    private static final byte[] DESCRIBED = hex("00000000002a" + "7e00000009" + "0006" + "00000027" + HexFormat.of()
            .formatHex("{\"devices\":[{\"name\":\"timer\",\"size\":8}]}".getBytes(StandardCharsets.US_ASCII)));

    final Relaying relaying;
    ScriptedPeer source;
    ScriptedPeer destination;
    ScriptedPeer sourceChannel;
    ScriptedPeer destinationChannel;
    /** Calls of close from other threads, once there are any. */
    CompletableFuture<Void> closing;
    private final Sink sink = new Sink();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    RelayScript(int timeoutMillis) throws Exception {
        relaying = new Relaying(MethodRegistry.of(new PlainMethod("none")), "none", sink.address(), "timeout",
                timeoutMillis);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private ScriptedPeer connect() throws Exception {
        return new ScriptedPeer(new Socket(InetAddress.getLoopbackAddress(),
                Integer.parseInt(relaying.address.substring(relaying.address.lastIndexOf(':') + 1))));
    }

    RelayScript reach(State state, boolean returnPath) throws Exception {
        if (state.compareTo(State.CONNECTING) >= 0) {
            connecting(returnPath);
        }
        if (state.compareTo(State.RAM) >= 0) {
            sync();
            main(LIST);
        }
        if (state.compareTo(State.TAIL) >= 0) {
            sync();
            main(RAM_END);
            main(DEVICE);
        }
        if (state.compareTo(State.UNDECIDED) >= 0) {
            main(DESCRIBED);
        }
        if (state == State.CONFIRMED) {
            destination.write(SHUT_0);
            source.await(SHUT_0.length);
        }
        return this;
    }

    private void connecting(boolean returnPath) throws Exception {
        source = connect();
        source.write(HEAD);
        sent.write(HEAD);
        if (returnPath) {
            source.write(OPEN_RETURN_PATH);
            sent.write(OPEN_RETURN_PATH);
        }
        source.write(POSTCOPY_ADVISE); // the relay knows the page size only now
        sent.write(POSTCOPY_ADVISE);
        destination = new ScriptedPeer(sink.take(0));
        destination.await(sent.size());
        sourceChannel = connect();
        ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE);
        new InitPacket(new UUID(1, 2), 0, null).encode(init);
        sourceChannel.write(init.array());
        destinationChannel = new ScriptedPeer(sink.take(1));
        destinationChannel.await(InitPacket.SIZE);
    }

    /** Has the source send it on main, and waits until the destination has it. */
    void main(byte[] bytes) throws Exception {
        source.write(bytes);
        sent.write(bytes);
        destination.await(sent.size());
    }

    private void sync() throws IOException {
        PacketHeader header = new PacketHeader(4096);
        header.flags = Flags.SYNC;
        ByteBuffer bytes = ByteBuffer.allocate(header.size());
        header.encode(bytes, new byte[0]);
        sourceChannel.write(bytes.array());
    }

    /** Has the source send one more SYNC, if the relay still takes it. */
    void trySync() {
        try {
            sync();
        } catch (IOException e) {
            // it has ended the channel
        }
    }

    /** All that the source has sent on main. */
    byte[] sent() {
        return sent.toByteArray();
    }

    @Override
    public void close() throws IOException {
        relaying.close();
        sink.close();
        for (ScriptedPeer each : new ScriptedPeer[] {source, sourceChannel, destination, destinationChannel}) {
            if (each != null) {
                each.close();
            }
        }
    }
}
