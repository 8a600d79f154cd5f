package org.multifd.api;

import java.nio.file.Path;

/**
 * What one channel is like, in either direction, and the values of the method's parameters.
 *
 * <p>Core implements it. A method reads it during set-up and may keep it; every answer stays the same. A value is
 * checked before set-up: it is allowed, or the default. Each question for one value fails with an
 * {@link IllegalArgumentException} for a name that the method does not declare, or declares with another type.
 */
public interface MultiFDParams {

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
     * The largest payload of a packet, made (rule 2.3) or received; memory stays bounded by it (rule 3.4).
     *
     * @return bytes: 1 MiB, which is QEMU's receive buffer
     */
    int payloadLimit();

    /**
     * Whether each packet is to stand alone (rule 2.7). Never true for a method whose
     * {@link MultiFDMethods#standalone} is {@link Standalone#NEVER}.
     *
     * @return true if a sender makes packets that decode without those before them, and a receiver may get them in any
     *     order
     */
    default boolean standalone() {
        return false;
    }

    /**
     * Something that all channels of one migration share in this direction, such as a dictionary or a pool (rule 4.5).
     * Asked for during set-up. It is made by the first channel that asks, used by several threads at once, and closed
     * once, after the last channel's sender or receiver was closed.
     *
     * @param <T> what is shared
     * @param type its class: one object of each is shared
     * @param maker makes it, if this channel is the first that asks
     * @return the same object in each channel
     * @throws MultiFDException what the maker threw
     */
    default <T extends AutoCloseable> T shared(Class<T> type, SharedMaker<T> maker) throws MultiFDException {
        throw new UnsupportedOperationException("nothing is shared here");
    }

    /**
     * The values of all parameters that the method declares.
     *
     * @return checked values, or defaults
     */
    ParameterValues values();

    /**
     * The value of an integer or a switch.
     *
     * @param name the whole name as declared, {@code multifd-zstd-level}
     * @return the number; for a switch 1 (on) or 0 (off)
     */
    default int parameter(String name) {
        return values().parameter(name);
    }

    /**
     * The value of a size.
     *
     * @param name the whole name as declared
     * @return bytes
     */
    default long size(String name) {
        return values().size(name);
    }

    /**
     * The value of a choice, a string or a secret.
     *
     * @param name the whole name as declared
     * @return the text, or null if none was given and there is no default
     */
    default String text(String name) {
        return values().text(name);
    }

    /**
     * The value of a path.
     *
     * @param name the whole name as declared
     * @return the file, which could be read when the values were checked, or null if none was given
     */
    default Path path(String name) {
        return values().path(name);
    }
}
