package org.multifd.core.internal.stream;

import java.util.List;

/**
 * What a main stream had of RAM besides its list and records, and beside RAM up to its devices.
 *
 * @param id the section's id
 * @param parts PART sections
 * @param switchoverStart whether the command SWITCHOVER_START came
 * @param beside the other sections between RAM's START and END, as they came: the early state of devices, and dirty
 *     bitmaps
 * @param behind the rest of these sections, behind RAM's END
 * @param early the devices whose state came before RAM's END
 */
public record RamSections(int id, long parts, boolean switchoverStart, byte[] beside, byte[] behind,
        List<DeviceSection> early) {

    /**
     * Whether a block need not bring all its pages: virtio-mem's does not bring those that the guest does not use, and
     * has the device's path in its name.
     */
    public boolean isPartial(String block) {
        return early.stream().map(DeviceSection::name).filter(name -> name.contains("/"))
                .anyMatch(name -> block.startsWith(name.substring(0, name.lastIndexOf('/') + 1)));
    }

    /** Sections of RAM with nothing beside them. */
    public RamSections(int id, long parts, boolean switchoverStart) {
        this(id, parts, switchoverStart, new byte[0], new byte[0], List.of());
    }
}
