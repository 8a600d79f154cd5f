package org.multifd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source that claims a guest of 7 TiB: refused with what that would need, and nothing was allocated for it. */
class HugeClaimTest {

    private static final long CLAIMED = 7L << 40;

    @TempDir
    Path temp;

    private static Socket connect(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        return new Socket("127.0.0.1", Integer.parseInt(address.substring(colon + 1)));
    }

    private static void text(DataOutputStream out, String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        out.writeByte(bytes.length);
        out.write(bytes);
    }

    /** One channel as a QEMU introduces it, and a main stream up to the list of RAM blocks. */
    private static void claim(Socket main, Socket channel) throws IOException {
        DataOutputStream init = new DataOutputStream(channel.getOutputStream());
        init.writeInt(0x11223344);
        init.writeInt(1);
        init.write(new byte[56]);
        DataOutputStream out = new DataOutputStream(main.getOutputStream());
        out.writeInt(0x5145564D);
        out.writeInt(3);
        out.writeByte(7); // configuration
        out.writeInt(2);
        out.writeBytes("pc");
        out.writeByte(1); // START of RAM
        out.writeInt(2);
        text(out, "ram");
        out.writeInt(0);
        out.writeInt(4);
        out.writeLong(CLAIMED | 4);
        text(out, "pc.ram");
        out.writeLong(CLAIMED);
        out.writeLong(0x200);
        out.writeLong(0x10);
        out.writeByte(0x7E);
        out.writeInt(2);
        out.flush();
    }

    @Test
    @Timeout(120)
    void shouldBeRefusedWithTheFigure() throws Exception {
        Path file = temp.resolve("guest");
        try (Spawned receive = new Spawned(temp, "receive", "tcp:127.0.0.1:0", "file:" + file)) {
            String address = receive.address();
            try (Socket main = connect(address); Socket channel = connect(address)) {
                claim(main, channel);
                InputStream in = main.getInputStream();
                while (in.read() >= 0) {
                    // until it has refused
                }
            } catch (IOException e) {
                // reset: it has refused
            }
            assertEquals(4, receive.code());
            assertEquals("multifd: RAM: received a guest of 7696581394432 bytes, whose 1879048192 pages take 448 MiB "
                    + "of heap (2 bits each), expected at most half of the heap of 123 MiB; start Java with -Xmx960m "
                    + "or more", receive.errors().strip().replaceFirst("heap of 12[0-9] ", "heap of 123 "));
        }
        assertFalse(Files.exists(file));
    }
}
