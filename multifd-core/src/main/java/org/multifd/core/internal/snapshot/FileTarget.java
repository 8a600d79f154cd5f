package org.multifd.core.internal.snapshot;

import java.io.IOException;
import org.multifd.core.internal.ram.PageTarget;
import org.multifd.core.internal.ram.RamRuns;
import org.multifd.core.internal.ram.ReceivedPages;
import org.multifd.core.internal.ram.Scratch;

/** Pages to their places in a file. */
final class FileTarget implements PageTarget {

    private final PagePlaces places;
    private final ReceivedPages received;
    private final Scratch scratch;

    /**
     * @param places shared by all targets of the file
     * @param received what has arrived, zero pages too; shared as well
     */
    FileTarget(PagePlaces places, ReceivedPages received, int pageCount) {
        this.places = places;
        this.received = received;
        this.scratch = new Scratch(places.blocks().pageSize(), pageCount, places::write);
    }

    @Override
    public RamRuns runs(int block, long[] offsets, int count) {
        return scratch.runs(count);
    }

    @Override
    public void arrived(int block, long[] offsets, int normal, int zero) throws IOException {
        scratch.write(block, offsets, normal);
        for (int i = normal; i < normal + zero; i++) {
            places.clear(block, offsets[i]);
        }
        received.mark(block, offsets, normal + zero);
    }
}
