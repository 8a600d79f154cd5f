package org.multifd.fuzz;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.multifd.core.internal.ram.PageBitmap;
import org.multifd.core.internal.ram.RamBlock;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.stream.PostcopyMessages;
import org.multifd.core.internal.stream.ReturnPathReader;
import org.multifd.core.internal.transport.TlsException;
import org.multifd.core.internal.wire.WireException;

/** What a destination says to a source. */
public final class ReturnPathTarget {

    private static final RamBlocks BLOCKS = new RamBlocks(List.of(RamBlock.withoutMemory("a", 4096, 130 * 4096),
            RamBlock.withoutMemory("pc.ram", 4096, 4096)));

    private static final long HEAP = 1 << 20;

    private ReturnPathTarget() {
    }

    /** The first byte says in which pieces it comes. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length > 0) {
            check(data);
        }
    }

    /** Whether they are valid; what must hold in any case is checked meanwhile. */
    static boolean check(byte[] data) {
        return Claims.check(data, HEAP + 16L * data.length, ReturnPathTarget::accepts);
    }

    private static boolean accepts(byte[] data) {
        acceptsPostcopy(data);
        boolean accepted = false;
        try {
            String refusal = new ReturnPathReader(new Chunks(data, 1, 1 + (data[0] & 0xFF))).readShut();
            Claims.hold(refusal == null || refusal.chars().noneMatch(Character::isISOControl), "reason: " + refusal);
            accepted = true;
        } catch (WireException | EOFException | TlsException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return accepted;
    }

    /** The same with a postcopy destination's messages: whatever is handed on is within the guest. */
    private static void acceptsPostcopy(byte[] data) {
        PostcopyMessages messages = new PostcopyMessages(BLOCKS, new PostcopyMessages.Handler() {

            @Override
            public void requested(int block, long offset) {
                Claims.hold(offset % BLOCKS.pageSize() == 0 && offset >= 0 && offset < BLOCKS.get(block).length(),
                        "request: " + offset);
            }

            @Override
            public void received(int block, PageBitmap pages) {
                Claims.hold(pages.pages() == BLOCKS.get(block).pages(), "pages: " + pages.pages());
            }

            @Override
            public void resumed() {
                // nothing to check
            }
        });
        try {
            new ReturnPathReader(new Chunks(data, 1, 1 + (data[0] & 0xFF)), position -> { }, messages).readShut();
        } catch (WireException | EOFException | TlsException e) {
            Claims.line(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
