package org.multifd.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.Configuration;
import org.multifd.core.internal.stream.MainStreamWriter;
import org.multifd.core.internal.transport.Address;
import org.multifd.core.internal.transport.Connection;
import org.multifd.core.internal.transport.Connector;
import org.multifd.core.internal.wire.Flags;
import org.multifd.core.internal.wire.InitPacket;
import org.multifd.core.internal.wire.PacketHeader;

/** A source that says as much as a test wants, and no more. */
final class HandSource implements AutoCloseable {

    static final int PAGE = 4096;
    static final UUID ID = new UUID(1, 2);

    private final String address;
    private final List<Connection> open = new ArrayList<>();
    private final List<Connection> channels = new ArrayList<>();
    Connection main;
    private MainStreamWriter stream;

    HandSource(String address) {
        this.address = address;
    }

    int port() {
        return Address.parse(address).port();
    }

    /** A connection that says nothing. */
    Connection connect() throws IOException {
        Connection connection = new Connector(Address.parse(address), Eventually.PATIENT_MILLIS, null).connect();
        open.add(connection);
        return connection;
    }

    /** Main, with its header, configuration, and the return path if that is wanted. */
    HandSource main(boolean returnPath) throws IOException {
        return main(returnPath, null);
    }

    HandSource main(boolean returnPath, UUID uuid) throws IOException {
        return main(returnPath, uuid, "none");
    }

    HandSource main(boolean returnPath, UUID uuid, String machine) throws IOException {
        main = connect();
        stream = new MainStreamWriter(main, true, true);
        stream.start(Configuration.of(machine, PAGE, uuid), MainStreamWriter.RAM_ID);
        if (returnPath) {
            stream.openReturnPath();
        }
        return this;
    }

    /** One more channel, as one of ours introduces it. */
    HandSource channel() throws IOException {
        return channel(ID, channels.size());
    }

    /** One more channel, as a QEMU introduces it: without a method. */
    HandSource qemuChannel() throws IOException {
        return channel(ID, channels.size(), null);
    }

    HandSource channel(UUID uuid, int id) throws IOException {
        return channel(uuid, id, "plain");
    }

    /** As a QEMU introduces it, if the method is null. */
    HandSource channel(UUID uuid, int id, String method) throws IOException {
        Connection channel = connect();
        ByteBuffer init = ByteBuffer.allocate(InitPacket.SIZE + (InitPacket.hasFormat(method) ? Integer.BYTES : 0));
        new InitPacket(uuid, id, method).encode(init);
        init.position(init.limit()); // and no set-up message
        channel.writeFully(init.flip());
        channels.add(channel);
        return this;
    }

    Connection channel(int index) {
        return channels.get(index);
    }

    /** RAM's list, of one block, with its mark. */
    HandSource list(long bytes) throws IOException {
        stream.ramStart(new RamBlocks(List.of(RamBlock.withoutMemory("ram", PAGE, bytes))));
        return this;
    }

    HandSource ping(int value) throws IOException {
        stream.ping(value);
        return this;
    }

    /** The last section of RAM, with its mark. */
    HandSource last() throws IOException {
        stream.ramEnd();
        stream.endRound();
        return this;
    }

    /** A part of the device state, or all of it. */
    HandSource tail(byte... bytes) throws IOException {
        stream.end(bytes);
        return this;
    }

    /** A SYNC on every channel. */
    HandSource sync(boolean checksum) throws IOException {
        PacketHeader header = new PacketHeader(PAGE);
        header.flags = Flags.SYNC;
        header.hasChecksum = checksum;
        ByteBuffer bytes = ByteBuffer.allocate(header.size());
        header.encode(bytes, new byte[0]);
        bytes.clear();
        for (Connection channel : channels) {
            channel.writeFully(bytes.rewind());
        }
        return this;
    }

    /** A page of one value, with method none. */
    HandSource page(int channel, long offset, byte value) throws IOException {
        PacketHeader header = new PacketHeader(PAGE);
        header.normalPages = 1;
        header.payloadLength = PAGE;
        header.offsets[0] = offset;
        ByteBuffer bytes = ByteBuffer.allocate(header.size() + PAGE);
        header.encode(bytes, PacketHeader.blockName("ram"));
        while (bytes.hasRemaining()) {
            bytes.put(value);
        }
        channels.get(channel).writeFully(bytes.flip());
        return this;
    }

    /** All that is missing of a migration of zeros, whose source is told how it went. */
    HandSource end() throws IOException {
        return list(1 << 20).sync(false).sync(false).last().tail(HexFormat.of().parseHex("0006" + "00000002" + "7b7d"));
    }

    /** Whether the destination says that all was loaded; PONGs and the acknowledgement before it are passed over. */
    boolean told() throws IOException {
        byte[] type;
        byte[] body;
        do {
            type = answer(4);
            body = answer(type[3]);
        } while (type[1] != 1);
        return Arrays.equals(type, new byte[] {0, 1, 0, 4}) && Arrays.equals(body, new byte[4]);
    }

    /**
     * Waits for the answer to a ping; what comes before it is passed over. False if the destination says that it is
     * over.
     */
    boolean awaitPong(int value) throws IOException {
        byte[] type;
        byte[] body;
        do {
            type = answer(4);
            body = answer(type[3]);
        } while (type[1] != 1 && (type[1] != 2 || body[3] != value));
        return type[1] != 1;
    }

    /** Whether the other side closes a connection. */
    static boolean isClosed(Connection connection) {
        try {
            return connection.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true; // with something unread: a reset is as good as an end
        }
    }

    /** The next answer on the return path, as it is. */
    byte[] answer(int bytes) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(bytes);
        main.readFully(answer, "an answer");
        return answer.array();
    }

    @Override
    public void close() {
        open.forEach(Connection::close);
    }
}
