package org.multifd.core.internal.snapshot;

/** What a writer does about a file that has already what it is to write: all of it, or what is behind its offset. */
public enum IfExists {

    /** Discards it. */
    REPLACE,

    /** Refuses to begin; the command line can be told to replace it. */
    KEEP_UNLESS_FORCED,

    /** Refuses to begin. */
    KEEP;

    /** The end of a refusal. */
    String remedy(String forced, String otherwise) {
        return this == KEEP ? otherwise : "--force " + forced;
    }
}
