package com.example.multifd.dict;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.multifd.api.MultiFDException;

/** The bytes that deflate may refer to before the first ones of a packet. Channels share one: it does not change. */
final class Dictionary implements AutoCloseable {

    /** How far deflate looks back. */
    static final int MOST = 32 * 1024;

    private final byte[] bytes;

    private Dictionary(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads the end of a file. */
    static Dictionary read(Path path) throws MultiFDException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(file.length(), MOST)];
            if (bytes.length == 0) {
                throw new MultiFDException("the dictionary " + path + " is empty, expected at least 1 byte");
            }
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            return new Dictionary(bytes);
        } catch (IOException e) {
            throw new MultiFDException("the dictionary " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Takes what a sender told: any bytes are a dictionary, so only their number can be wrong (rule 3.8). */
    static Dictionary told(ByteBuffer message) throws MultiFDException {
        if (message.remaining() > MOST) {
            throw new MultiFDException("received a dictionary of " + message.remaining() + " bytes, expected at most "
                    + MOST);
        }
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        return new Dictionary(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Behind the last channel. A dictionary in native memory would be freed here. */
    @Override
    public void close() {
    }
}
