package org.multifd.api;

/**
 * Whether a method can make packets that each stand alone: a receiver decodes any of them, in any order and as often as
 * it likes, without those before it (rule 2.7). Asked for by {@link MultiFDParams#standalone}.
 */
public enum Standalone {
    /** It cannot: what a packet means depends on those before it. */
    NEVER,
    /**
     * It can, in a form of its own: only a receiver that was set up with {@link MultiFDParams#standalone} decodes such
     * packets, as zlib's when each packet is one whole zlib stream.
     */
    OWN_FORM,
    /**
     * It can, and a channel of such packets, in any order, is also one of the method's ordinary channels: a receiver
     * that was set up as usual takes it, as zstd's when each packet is whole frames.
     */
    WIRE_FORM
}
