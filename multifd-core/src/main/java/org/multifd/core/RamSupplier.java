package org.multifd.core;

import java.util.Map;

/** Supplies the RAM that an incoming migration fills, once its main stream has said what there is. */
@FunctionalInterface
public interface RamSupplier {

    /**
     * Supplies RAM with at least these blocks, of exactly these lengths.
     *
     * @param pageSize bytes
     * @param blocks each block's length in bytes by its name, in the main stream's order
     * @return the RAM to fill
     * @throws MigrationException if there is none for this guest; the migration fails with it
     */
    GuestRam supply(int pageSize, Map<String, Long> blocks) throws MigrationException;

    /**
     * RAM that exists already.
     *
     * @param ram filled by the migration; bytes that were in it are overwritten, with zeros where the guest has zeros
     * @return a supplier that refuses a guest of another shape, by name and figures
     */
    static RamSupplier into(GuestRam ram) {
        return (pageSize, blocks) -> ram;
    }

    /**
     * Fresh direct memory.
     *
     * @param limit the most bytes of RAM, all blocks together: a peer's claim is not believed beyond it
     * @return a supplier that refuses larger guests, with both figures
     */
    static RamSupplier allocating(long limit) {
        return (pageSize, blocks) -> {
            long total = 0;
            GuestRam.Builder ram = GuestRam.builder(pageSize);
            for (Map.Entry<String, Long> block : blocks.entrySet()) {
                total = Math.addExact(total, block.getValue());
            }
            if (total > limit) {
                throw new MigrationException(MigrationException.Kind.STREAM,
                        "RAM: received a guest of " + total + " bytes, expected at most " + limit);
            }
            blocks.forEach(ram::block);
            return ram.build();
        };
    }
}
