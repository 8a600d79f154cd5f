package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.transport.Connection;

/**
 * Writes the main stream of a postcopy migration (docs/reference/postcopy.md). One thread writes at a time; nothing is
 * sent before {@link #flush}.
 */
public final class PostcopyWriter {

    /** The ping in the package, behind the device state, as QEMU has it. */
    public static final int LOADED = 0x42;

    private static final int BUFFER = 160 * 1024;
    private static final int DISCARD_VERSION = 0;

    private final Output out;
    private final int ramId;
    private RamBlock last;

    /** @param ramId RAM's section id */
    public PostcopyWriter(Connection connection, int ramId) {
        this.out = new Output(connection, "main channel", BUFFER);
        this.ramId = ramId;
    }

    /** Writes the stream's header and the command that opens the return path. */
    public void start(Configuration configuration) throws IOException {
        MainStreamWriter.header(out, configuration);
        MainStreamWriter.command(out, Command.OPEN_RETURN_PATH);
    }

    public void ping(int value) throws IOException {
        MainStreamWriter.command(out, Command.PING).u32(value);
    }

    /** Says that postcopy will start, and which page sizes the RAM has. */
    public void advise(int pageSize) throws IOException {
        MainStreamWriter.command(out, Command.POSTCOPY_ADVISE).u64(pageSize).u64(pageSize);
    }

    /** Writes RAM's START section, and the sections beside it as they came in another stream. */
    public void ramStart(RamBlocks blocks, byte[] beside) throws IOException {
        MainStreamWriter.ramHeader(out, ramId, blocks.length());
        for (int i = 0; i < blocks.count(); i++) {
            out.counted(blocks.get(i).nameBytes()).u64(blocks.get(i).length());
        }
        MainStreamWriter.endOfSection(out, ramId);
        out.bytes(beside);
    }

    /** Has the destination forget all of a block: what it was filled with at its start, a firmware say. */
    public void discard(RamBlock block) throws IOException {
        byte[] name = block.nameBytes();
        variable(Command.POSTCOPY_RAM_DISCARD, 3 + name.length + 2 * Long.BYTES);
        out.u8(DISCARD_VERSION).counted(name).u8(0).u64(0).u64(block.length());
    }

    private Output variable(Command command, int length) throws IOException {
        return out.u8(Qevm.COMMAND).u16(command.number).u16(length);
    }

    /**
     * Makes the package: all that the destination reads at once before it runs the guest.
     *
     * @param behindRam what follows RAM in a snapshot: other sections, devices, end of file, and the VM's description
     */
    public static byte[] packageOf(byte[] behindRam, RamSections sections) {
        int others = sections.behind().length;
        int devices = TailEnd.description(Arrays.copyOfRange(behindRam, others, behindRam.length), sections.early())
                - TailEnd.DESCRIPTION_HEADER;
        return Output.toBytes(out -> {
            out.u8(Qevm.COMMAND).u16(Command.POSTCOPY_LISTEN.number).u16(0);
            out.bytes(behindRam, others + devices);
            MainStreamWriter.command(out, Command.PING).u32(LOADED);
            out.u8(Qevm.COMMAND).u16(Command.POSTCOPY_RUN.number).u16(0);
        });
    }

    /** Writes the package. */
    public void packaged(byte[] bytes) throws IOException {
        variable(Command.PACKAGED, Integer.BYTES).u32(bytes.length).bytes(bytes);
    }

    /** Opens a section of pages. */
    public void begin() throws IOException {
        out.u8(Qevm.SECTION_PART).u32(ramId);
        last = null;
    }

    /** Writes a page of the open section. */
    public void page(RamBlock block, long offset, ByteBuffer content) throws IOException {
        record(block, offset, Qevm.RAM_PAGE);
        out.bytes(content);
    }

    /** Writes a zero page of the open section. */
    public void zeroPage(RamBlock block, long offset) throws IOException {
        record(block, offset, Qevm.RAM_ZERO);
        out.u8(0);
    }

    private void record(RamBlock block, long offset, int flag) throws IOException {
        if (block == last) {
            out.u64(offset | flag | Qevm.RAM_CONTINUE);
        } else {
            out.u64(offset | flag).counted(block.nameBytes());
            last = block;
        }
    }

    /** Closes a section of pages. */
    public void end() throws IOException {
        MainStreamWriter.endOfSection(out, ramId);
    }

    /** Ends RAM and the stream. There is no description of the VM, as in QEMU's postcopy. */
    public void finish() throws IOException {
        MainStreamWriter.endOfSection(out.u8(Qevm.SECTION_END).u32(ramId), ramId);
        out.u8(Qevm.EOF);
    }

    /** Asks a destination whose stream broke which pages of a block it has. */
    public void askReceived(RamBlock block) throws IOException {
        byte[] name = block.nameBytes();
        variable(Command.RECV_BITMAP, 1 + name.length);
        out.counted(name);
    }

    /** Has a destination whose stream broke go on. */
    public void resume() throws IOException {
        variable(Command.POSTCOPY_RESUME, 0);
    }

    public void flush() throws IOException {
        out.flush();
    }
}
