package org.multifd.tck;

/**
 * The method's format in other hands: an independent implementation that reads what the method sent and writes what it
 * should read. Without one, a method that misreads its own mistake passes.
 *
 * <p>Either direction may be missing. The kit brings its own for {@code none} and {@code zlib}.
 * {@link ProviderOracle} makes one of another provider.
 */
public interface Oracle {

    /**
     * A decoder for one channel, which sees all of that channel's payloads in order.
     *
     * @return a new decoder (payload in, pages out), or null if there is none
     */
    default Codec decoder() {
        return null;
    }

    /**
     * An encoder for one channel, whose payloads all go to one receiver in order.
     *
     * @return a new encoder (pages in, payload out), or null if there is none
     */
    default Codec encoder() {
        return null;
    }

    /** One direction of one channel. */
    @FunctionalInterface
    interface Codec extends AutoCloseable {

        /**
         * Decodes a payload to its pages, or encodes pages to a payload.
         *
         * @param input all of the payload, or all pages in payload order
         * @param pageSize bytes in a page
         * @param pages how many pages the packet has
         * @return the other one of the two
         * @throws Exception if the input is not what it should be
         */
        byte[] apply(byte[] input, int pageSize, int pages) throws Exception;

        /** Frees what the codec holds. */
        @Override
        default void close() {
        }
    }
}
