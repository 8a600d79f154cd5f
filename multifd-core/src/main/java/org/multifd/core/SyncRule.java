package org.multifd.core;

/** What marks a round's end on the main channel: it has to be what the destination goes by. */
public enum SyncRule {
    /** For a snapshot what its machine type goes by; otherwise {@link #FLUSH}. */
    AUTO,
    /** MULTIFD_FLUSH, as machine types from 8.1 on have it. */
    FLUSH,
    /** The end of every section, as machine types up to 8.0 have it. */
    EOS
}
