package org.multifd.core;

/** Where zero pages are told apart from others: QEMU's parameter {@code zero-page-detection}. */
public enum ZeroPageDetection {
    /** Nowhere: every page travels with its bytes. */
    NONE,
    /** In the main thread; zero pages travel as records on the main channel. */
    LEGACY,
    /** In the sending channels; zero pages travel in the packets. */
    MULTIFD
}
