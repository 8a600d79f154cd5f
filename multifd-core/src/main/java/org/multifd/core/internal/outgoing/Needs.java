package org.multifd.core.internal.outgoing;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.multifd.core.MigrationParameters;
import org.multifd.core.internal.ram.RamBlocks;
import org.multifd.core.internal.wire.Text;

/**
 * What a destination must have to take a snapshot, for a message. A QEMU does not say on its connections why it
 * refuses, but how far it came: each ping that it answers stands behind something that it has accepted.
 */
public final class Needs {

    /** The ping behind the configuration. */
    static final int MACHINE = 1;
    /** The ping behind the list of RAM blocks. */
    static final int RAM = 2;
    /** The ping behind the last page, before RAM's END: behind that there are devices only. */
    static final int PAGES = 3;
    /** The ping behind the sections beside RAM, if there are any; it comes before the pages. */
    static final int BESIDE = 4;

    private static final int NAMED = 8;

    private final OutgoingRam ram;
    private final MigrationParameters parameters;
    private final String method;
    private final UUID uuid;

    Needs(OutgoingRam ram, MigrationParameters parameters, String method, UUID uuid) {
        this.ram = ram;
        this.parameters = parameters;
        this.method = method;
        this.uuid = uuid;
    }

    /** What a destination must have whatever the method is: {@link #blocks} and {@link #devices} only. */
    public static Needs of(OutgoingRam ram) {
        return new Needs(ram, null, null, null);
    }

    /** @param pong the last ping that was answered; 0 if none was */
    String behind(int pong) {
        return switch (pong) {
            case MACHINE -> "it took the machine type, and needs " + blocks() + ", or multifd-compression " + method;
            case RAM -> "it took the machine type and the list of RAM blocks, and needs " + (hasBeside()
                    ? "what is beside RAM: the same disks, without dirty bitmaps of the same names, and the same "
                    + "devices, or multifd-compression " : "multifd-compression ") + method;
            case BESIDE -> "it took the machine type, the list of RAM blocks and what is beside RAM, and needs "
                    + "multifd-compression " + method;
            case PAGES -> "it took all pages, and needs " + devices();
            default -> "it needs machine type " + Text.oneLine(ram.configuration().machine()) + ", multifd-channels "
                    + parameters.multifdChannels() + ", multifd-compression " + method + " and uuid " + uuid
                    + " (zeros: none)" + (parameters.tlsCreds() == null ? ", without TLS" : "");
        };
    }

    private boolean hasBeside() {
        return ram.sections().beside().length > 0;
    }

    /** Returns the RAM blocks that it must have. */
    public String blocks() {
        RamBlocks blocks = ram.blocks();
        return "RAM blocks (-m and devices) " + named(IntStream.range(0, blocks.count()).mapToObj(blocks::get)
                .map(block -> block.name() + " of " + block.length() + " bytes").toList());
    }

    /** Returns the devices that it must have; those at an address are a user's to give, the others the machine's. */
    public String devices() {
        List<String> all = ram.devices();
        List<String> given = all.stream().filter(name -> name.contains("/")).toList();
        return given.isEmpty() ? "the devices of the snapshot's machine"
                : "the snapshot's " + all.size() + " devices, among them " + named(given);
    }

    private static String named(List<String> names) {
        return Text.oneLine(names.stream().limit(NAMED).collect(Collectors.joining(", ")))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }
}
