package org.multifd.provider.nocomp;

import org.multifd.api.MultiFDSender;
import org.multifd.api.PageRuns;
import org.multifd.api.Payload;

/** One gathering write straight from page memory. */
final class NoCompSender implements MultiFDSender {

    @Override
    public void prepare(PageRuns pages, Payload out) {
        out.appendPages();
    }

    @Override
    public void close() { // holds nothing
    }
}
