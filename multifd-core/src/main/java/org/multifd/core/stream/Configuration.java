package org.multifd.core.stream;

import java.util.List;
import java.util.UUID;
import org.multifd.core.wire.Text;

/**
 * The main stream's configuration section.
 *
 * @param machine the machine type
 * @param pageSize the guest's page size in bytes; 0 if the stream does not say (then it is the machine's smallest)
 * @param capabilities the capabilities that the source validated; empty if none were sent
 * @param uuid the VM's, or null if the stream does not say
 */
public record Configuration(String machine, int pageSize, List<String> capabilities, UUID uuid) {

    /** What most machines have, and a stream need not say. */
    private static final int USUAL_PAGE_SIZE = 4096;

    /** A configuration without capabilities. */
    public static Configuration of(String machine, int pageSize, UUID uuid) {
        return new Configuration(machine, pageSize == USUAL_PAGE_SIZE ? 0 : pageSize, List.of(), uuid);
    }

    /** For a log: a peer or a file wrote the names. */
    @Override
    public String toString() {
        return Text.oneLine("machine " + machine + ", capabilities " + capabilities);
    }
}
