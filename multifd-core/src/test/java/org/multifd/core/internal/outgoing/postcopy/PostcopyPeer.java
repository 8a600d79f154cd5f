package org.multifd.core.internal.outgoing.postcopy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A postcopy destination of a test: reads the main stream with a reader of its own, keeps the pages, answers pings up
 * to a stage, and says on the return path what a test wants.
 */
final class PostcopyPeer implements AutoCloseable {

    /** The ping behind the RAM list, the one in the package, and the first behind a chunk of pages. */
    static final int LISTED = 3;
    static final int LOADED = 0x42;
    static final int CHUNK = 0x100;

    /** One block's pages. */
    static final class Block {

        final byte[] content;
        final BitSet received = new BitSet();
        boolean discarded;

        Block(int length) {
            content = new byte[length];
        }
    }

    final Map<String, Block> blocks = new LinkedHashMap<>();
    final List<String> seen = new ArrayList<>();
    final List<String> arrived = new ArrayList<>();
    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int firstUnanswered;
    private Socket main;
    private DataInputStream in;
    private boolean ended;
    private Throwable failed;
    private int pings;
    private String last;

    /** @param firstUnanswered the first ping that is not answered */
    PostcopyPeer(int firstUnanswered) throws IOException {
        this.firstUnanswered = firstUnanswered;
        Thread thread = new Thread(this::run, "postcopy-peer");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "tcp:127.0.0.1:" + listener.getLocalPort();
    }

    private void run() {
        try {
            Socket accepted = listener.accept();
            in = new DataInputStream(new BufferedInputStream(accepted.getInputStream()));
            synchronized (this) {
                main = accepted;
                notifyAll();
            }
            for (int type = in.read(); type >= 0; type = in.read()) {
                section(type);
            }
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                failed = e;
            }
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private void section(int type) throws IOException {
        switch (type) {
            case 'Q' -> in.readFully(new byte[7]);
            case 0x07 -> note("configuration " + new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
            case 0x08 -> command(in.readUnsignedShort(), in.readNBytes(in.readUnsignedShort()));
            case 0x01 -> list();
            case 0x02, 0x03 -> records(type);
            case 0x00 -> note("end");
            default -> throw new IOException("section type " + type);
        }
    }

    private void command(int number, byte[] body) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(body);
        if (number == 2) {
            pong(bytes.getInt());
        } else if (number == 6) {
            Block block = blocks.get(name(bytes.position(1)));
            bytes.get();
            block.discarded = bytes.getLong() == 0 && bytes.getLong() == block.content.length && !bytes.hasRemaining();
        } else if (number == 7) {
            packaged(in.readNBytes(bytes.getInt()));
        } else {
            note("command " + number + (body.length == 0 ? "" : " " + HexFormat.of().formatHex(body)));
        }
    }

    private void packaged(byte[] content) throws IOException {
        String hex = HexFormat.of().formatHex(content);
        note("package " + hex.substring(0, 12) + ".." + hex.substring(hex.length() - 28));
        pong(LOADED);
    }

    private static String name(ByteBuffer from) {
        byte[] name = new byte[from.get() & 0xFF];
        from.get(name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private String name() throws IOException {
        return new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
    }

    private void list() throws IOException {
        in.readInt();
        note(name() + " " + in.readInt() + " " + in.readInt());
        long left = in.readLong() - 4;
        while (left > 0) {
            String name = name();
            long length = in.readLong();
            blocks.put(name, new Block((int) length));
            left -= length;
        }
        in.readLong();
        in.readNBytes(5);
    }

    /** Each page must come once, and only to a block that was discarded. */
    private void records(int type) throws IOException {
        in.readInt();
        for (long record = in.readLong(); record != 0x10; record = in.readLong()) {
            last = (record & 0x20) != 0 ? last : name();
            int offset = (int) (record & ~0xFFFL);
            page(blocks.get(last), offset, (record & 0x02) != 0);
        }
        in.readNBytes(5);
        if (type == 3) {
            note("RAM ends");
        }
        synchronized (this) {
            notifyAll();
        }
    }

    private synchronized void page(Block block, int offset, boolean zero) throws IOException {
        if (!block.discarded && !seen.contains("command 9") || block.received.get(offset / 4096)) {
            throw new IOException("page " + last + " " + offset + " came twice, or to a block that is not discarded");
        }
        block.received.set(offset / 4096);
        arrived.add(last + " " + offset / 4096);
        if (zero) {
            in.read();
        } else {
            in.readFully(block.content, offset, 4096);
        }
    }

    private synchronized void note(String what) {
        seen.add(what);
        notifyAll();
    }

    private void pong(int value) throws IOException {
        synchronized (this) {
            pings = Math.max(pings, value);
            notifyAll();
        }
        if (value < firstUnanswered) {
            say(String.format("0002 0004 %08x", value));
        }
    }

    /** Says something on the return path. */
    void say(String hex) throws IOException {
        Socket to;
        synchronized (this) {
            to = main;
        }
        synchronized (to) {
            to.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
        }
    }

    static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for a page by the block's name. */
    void request(String block, long offset) throws IOException {
        say(String.format("0003 %04x %016x %08x %02x", 13 + block.length(), offset, 4096, block.length())
                + hex(block));
    }

    /** Asks for a page of the block that was named last. */
    void request(long offset) throws IOException {
        say(String.format("0004 000c %016x %08x", offset, 4096));
    }

    /** Waits until this ping came. */
    synchronized void awaitPing(int value) throws InterruptedException {
        while (pings < value) {
            wait();
        }
    }

    /** Waits until this was seen. */
    synchronized void awaitSeen(String what) throws InterruptedException {
        while (!seen.contains(what)) {
            wait();
        }
    }

    synchronized boolean has(String block, int page) {
        return blocks.containsKey(block) && blocks.get(block).received.get(page);
    }

    /** Waits until a page came. */
    synchronized void awaitPage(String block, int page) throws InterruptedException {
        while (!has(block, page)) {
            wait();
        }
    }

    /** Waits until a connection came. */
    synchronized void awaitConnection() throws InterruptedException {
        while (main == null) {
            wait();
        }
    }

    /** Waits until the source has ended the stream; what was wrong with it. */
    synchronized String awaitEnd() throws InterruptedException {
        while (!ended) {
            wait();
        }
        return failed == null ? "" : failed.toString();
    }

    /** Ends the connection, with an end of stream or a reset. */
    void end(boolean reset) throws IOException {
        if (reset) {
            main.setSoLinger(true, 0);
            main.close();
        } else {
            main.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        if (main != null) {
            main.close();
        }
    }
}
