package org.multifd.core.internal.stream;

import java.io.IOException;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.Connection;

/** Writes a main stream. One thread's. */
public final class MainStreamWriter {

    /** RAM's section id unless another stream's is taken over. */
    public static final int RAM_ID = 2;

    private static final int BUFFER = 64 * 1024;

    private final Output out;
    private final boolean flushRule;
    private final boolean switchoverStart;
    private int ramId = RAM_ID;
    private RamBlock last;

    /**
     * @param flushRule whether a MULTIFD_FLUSH goes out at each mark; without it each section's EOS is the mark
     * @param switchoverStart whether the command of this name goes out before RAM's END
     */
    public MainStreamWriter(Connection connection, boolean flushRule, boolean switchoverStart) {
        this.out = new Output(connection, "main channel", BUFFER);
        this.flushRule = flushRule;
        this.switchoverStart = switchoverStart;
    }

    /** The stream's header and a configuration; what it does not say is left out. @param ram RAM's section id */
    public void start(Configuration configuration, int ram) throws IOException {
        ramId = ram;
        header(out, configuration);
        out.flush();
    }

    /** From the magic to the configuration, if there is one. */
    static void header(Output out, Configuration configuration) throws IOException {
        out.u32(Qevm.MAGIC).u32(Qevm.VERSION);
        if (configuration != null) {
            out.bytes(configuration.section());
        }
    }

    /** A command without a body, or the beginning of one. */
    static Output command(Output out, Command command) throws IOException {
        return out.u8(Qevm.COMMAND).u16(command.number).u16(command.length());
    }

    /** Opens the return path and asks for a first sign of life. */
    public void openReturnPath() throws IOException {
        command(out, Command.OPEN_RETURN_PATH);
        ping(1);
    }

    public void ping(int value) throws IOException {
        command(out, Command.PING).u32(value).flush();
    }

    /** The beginning of RAM's START section, up to the first block. */
    static void ramHeader(Output out, int id, long total) throws IOException {
        out.u8(Qevm.SECTION_START).u32(id).counted(Qevm.RAM_SECTION).u32(0).u32(Qevm.RAM_VERSION);
        out.u64(total | Qevm.RAM_MEM_SIZE);
    }

    /** RAM's START section: the list of blocks, and the first mark. */
    public void ramStart(RamBlocks blocks) throws IOException {
        ramHeader(out, ramId, blocks.length());
        for (int i = 0; i < blocks.count(); i++) {
            out.counted(blocks.get(i).nameBytes()).u64(blocks.get(i).length());
        }
        endRound();
    }

    /** Other sections, as they came in another stream. */
    public void sections(byte[] sections) throws IOException {
        out.bytes(sections).flush();
    }

    /** Opens a round's section. */
    public void ramPart() throws IOException {
        out.u8(Qevm.SECTION_PART).u32(ramId);
        last = null;
    }

    /** Opens the last round's section. An old peer would not know the command before it (wire-format 6). */
    public void ramEnd() throws IOException {
        if (switchoverStart) {
            command(out, Command.SWITCHOVER_START);
        }
        out.u8(Qevm.SECTION_END).u32(ramId);
        last = null;
    }

    /** A zero page on main. */
    public void zeroPage(RamBlock block, long offset) throws IOException {
        if (block == last) {
            out.u64(offset | Qevm.RAM_ZERO | Qevm.RAM_CONTINUE);
        } else {
            out.u64(offset | Qevm.RAM_ZERO).counted(block.nameBytes());
            last = block;
        }
        out.u8(0);
    }

    /** Closes a section with its mark; every channel has sent its SYNC. */
    public void endRound() throws IOException {
        if (flushRule) {
            out.u64(Qevm.RAM_MULTIFD_FLUSH);
        }
        endOfSection(out, ramId);
        out.flush();
    }

    static void endOfSection(Output out, int id) throws IOException {
        out.u64(Qevm.RAM_EOS).u8(Qevm.FOOTER).u32(id);
    }

    /** What followed RAM in another stream, as it is. */
    public void end(byte[] tail) throws IOException {
        out.bytes(tail).flush();
    }

    /** What follows RAM, but for its last byte. */
    public void endButLastByte(byte[] tail) throws IOException {
        out.bytes(tail, tail.length - 1).flush();
    }

    /** The last byte of what follows RAM: a destination that does not get it cannot have everything. */
    public void lastByte(byte[] tail) throws IOException {
        out.u8(tail[tail.length - 1]).flush();
    }
}
