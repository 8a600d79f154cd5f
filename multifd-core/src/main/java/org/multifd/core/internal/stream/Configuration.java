package org.multifd.core.internal.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.multifd.core.internal.wire.Limits;
import org.multifd.core.internal.wire.Text;

/**
 * The main stream's configuration section.
 *
 * @param machine the machine type
 * @param pageSize the guest's page size in bytes; 0 if the stream does not say (then it is the machine's smallest)
 * @param capabilities the capabilities that the source validated; empty if none were sent
 * @param uuid the VM's, or null if the stream does not say
 * @param early the sections between it and RAM's START, as they came; empty as a rule
 */
public record Configuration(String machine, int pageSize, List<String> capabilities, UUID uuid, byte[] early) {

    /** The machine type of a {@code MigrationSource}, behind which there is no QEMU machine. */
    public static final String MULTIFD = "multifd";

    private static final byte[] NOTHING = new byte[0];

    /** A configuration with nothing between it and RAM. */
    public Configuration(String machine, int pageSize, List<String> capabilities, UUID uuid) {
        this(machine, pageSize, capabilities, uuid, NOTHING);
    }

    /** A configuration without capabilities. */
    public static Configuration of(String machine, int pageSize, UUID uuid) {
        return new Configuration(machine, pageSize == Limits.USUAL_PAGE_SIZE ? 0 : pageSize, List.of(), uuid);
    }

    /** The same with one capability more, unless it has it. */
    Configuration with(String capability) {
        if (capabilities.contains(capability)) {
            return this;
        }
        List<String> more = new ArrayList<>(capabilities);
        more.add(capability);
        return with(more);
    }

    /** The same with other capabilities. */
    public Configuration with(List<String> others) {
        return new Configuration(machine, pageSize, List.copyOf(others), uuid, early);
    }

    /** The same of this VM. */
    public Configuration with(UUID other) {
        return new Configuration(machine, pageSize, capabilities, other, early);
    }

    /** The same with these sections between it and RAM. */
    public Configuration with(byte[] sections) {
        return new Configuration(machine, pageSize, capabilities, uuid, sections);
    }

    /** It and {@link #early}, as a stream has them (wire-format 5). What it does not say is left out. */
    byte[] section() {
        return Output.toBytes(out -> {
            byte[] name = machine.getBytes(StandardCharsets.UTF_8);
            out.u8(Qevm.CONFIGURATION).u32(name.length).bytes(name);
            if (pageSize != 0) {
                subsection(out, Qevm.CONFIGURATION_PAGE_BITS).u32(Integer.numberOfTrailingZeros(pageSize));
            }
            if (!capabilities.isEmpty()) {
                subsection(out, Qevm.CONFIGURATION_CAPABILITIES).u32(capabilities.size());
                for (String capability : capabilities) {
                    out.counted(capability);
                }
            }
            if (uuid != null) {
                subsection(out, Qevm.CONFIGURATION_UUID).u64(uuid.getMostSignificantBits())
                        .u64(uuid.getLeastSignificantBits());
            }
            out.bytes(early);
        });
    }

    private static Output subsection(Output out, String name) throws IOException {
        return out.u8(Qevm.SUBSECTION).counted(name).u32(Qevm.SUBSECTION_VERSION);
    }

    /** For a log: a peer or a file wrote the names. */
    @Override
    public String toString() {
        return Text.oneLine("machine " + machine + ", capabilities " + capabilities);
    }
}
