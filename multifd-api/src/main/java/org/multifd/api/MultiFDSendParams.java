package org.multifd.api;

/**
 * What one sending channel is like: given to {@link MultiFDMethods#sendSetup}. Named as QEMU's structure.
 *
 * <p>Core implements it. A method reads it during set-up and may keep it; every answer stays the same.
 */
public interface MultiFDSendParams {

    /**
     * The channel's number.
     *
     * @return 0-based, as in the channel's init packet
     */
    int channel();

    /**
     * The guest's page size.
     *
     * @return bytes: 4096, 16384 or 65536
     */
    int pageSize();

    /**
     * The most pages one packet carries.
     *
     * @return 512 KiB divided by the page size: 128, 32 or 8
     */
    int pageCount();

    /**
     * The largest payload a packet may have (rule 2.3).
     *
     * @return bytes: 1 MiB, which is QEMU's receive buffer
     */
    int payloadLimit();

    /**
     * The value of a declared parameter: validated, or its default.
     *
     * @param name the whole name as declared, {@code multifd-zstd-level}
     * @return the value
     * @throws IllegalArgumentException if the method declares no such parameter
     */
    int parameter(String name);
}
