package org.multifd.core.internal.stream;

/**
 * What a main stream had of RAM besides its list and records.
 *
 * @param id the section's id
 * @param parts PART sections
 * @param switchoverStart whether the command SWITCHOVER_START came
 */
public record RamSections(int id, long parts, boolean switchoverStart) {
}
