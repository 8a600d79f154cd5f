package org.multifd.core;

import java.util.BitSet;

/**
 * Which pages the running guest has written since they were last sent. The embedding program supplies it;
 * {@link DirtyBitmap} is one ready to use.
 *
 * <h2>The contract</h2>
 * <ol>
 * <li>A write becomes visible <em>before</em> its mark: whoever writes a page orders the data before the mark.</li>
 * <li>{@link #getAndClear} takes and clears each mark in one atomic step. A write after that step marks the page anew;
 * no mark is lost between the two.</li>
 * <li>The source takes the marks of a round before it reads any page of that round. So a page that is written while it
 * is being read is marked again and sent again, and the last round, with the guest paused, sends its final
 * content.</li>
 * <li>Marks may be too many, never too few.</li>
 * <li>A migration that fails or is cancelled puts back with {@link #putBack} every mark it took, so that whoever comes
 * next, a second migration or an incremental backup, misses nothing.</li>
 * </ol>
 *
 * <p>The migration calls it on one thread, the one that called {@link MigrationSource#migrate}, while the guest's
 * threads mark.
 */
public interface DirtyLog {

    /**
     * Adds every marked page of a block to a set and clears the marks, each in one atomic step.
     *
     * @param block the block's name
     * @param dirty where page numbers (offset divided by page size) are added; what it holds already stays
     */
    void getAndClear(String block, BitSet dirty);

    /**
     * Marks pages again that a failed migration had taken.
     *
     * @param block the block's name
     * @param pages page numbers
     */
    void putBack(String block, BitSet pages);
}
