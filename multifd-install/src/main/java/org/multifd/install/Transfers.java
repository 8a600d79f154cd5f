package org.multifd.install;

import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferResource;

/** Tells which files are fetched. */
final class Transfers extends AbstractTransferListener {

    private final Output output;

    Transfers(Output output) {
        this.output = output;
    }

    @Override
    public void transferStarted(TransferEvent event) {
        TransferResource resource = event.getResource();
        String name = resource.getResourceName();
        if (name.endsWith(".jar") || name.endsWith(".zip")) {
            long bytes = resource.getContentLength();
            output.line("progress", "fetching " + name.substring(name.lastIndexOf('/') + 1)
                    + (bytes > 0 ? ", " + bytes + " bytes," : "") + " from " + resource.getRepositoryId());
        }
    }
}
