package org.multifd.core;

/** Where zero pages are told apart from others: QEMU's parameter {@code zero-page-detection}. */
public enum ZeroPageDetection {
    /** Nowhere: every page travels with its bytes. */
    NONE,
    /** As up to QEMU 8.2: zero pages travel as records on the main channel. */
    LEGACY,
    /** Zero pages travel in the packets. */
    MULTIFD
}
