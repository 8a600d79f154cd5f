package org.multifd.api;

/**
 * What one receiving channel is like: given to {@link MultiFDMethods#recvSetup}. Named as QEMU's structure.
 *
 * <p>Core implements it. A method reads it during set-up and may keep it; every answer stays the same.
 */
public interface MultiFDRecvParams {

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
     * The largest payload that will ever arrive; memory stays bounded by it (rule 3.4).
     *
     * @return bytes: 1 MiB
     */
    int payloadLimit();

    /**
     * The value of a declared parameter: validated, or its default. It never has to match the sender's (rule 5.2).
     *
     * @param name the whole name as declared, {@code multifd-zstd-level}
     * @return the value
     * @throws IllegalArgumentException if the method declares no such parameter
     */
    int parameter(String name);
}
