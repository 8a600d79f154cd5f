package org.multifd.provider.nocomp;

import java.io.IOException;
import org.multifd.api.MultiFDException;
import org.multifd.api.MultiFDReceiver;
import org.multifd.api.PageRuns;
import org.multifd.api.PayloadSource;

/** Reads straight into page memory. */
final class NoCompReceiver implements MultiFDReceiver {

    @Override
    public void recv(PageRuns pages, PayloadSource in) throws MultiFDException, IOException {
        in.readInto(pages); // refuses another length than the pages'
    }

    @Override
    public void close() { // holds nothing
    }
}
