package org.multifd.tck.internal.data;

import java.util.SplittableRandom;

/** How the pages of a packet lie in memory. A slot is a page's place; slots without a page are guards. */
public enum Layout {
    /** Neighbours, in order. */
    ONE_RUN {
        @Override
        public int[] slots(int pages) {
            int[] slots = new int[pages];
            for (int page = 0; page < pages; page++) {
                slots[page] = 1 + page;
            }
            return slots;
        }
    },
    /** Every other page: as many runs as pages. */
    ALTERNATING {
        @Override
        public int[] slots(int pages) {
            int[] slots = new int[pages];
            for (int page = 0; page < pages; page++) {
                slots[page] = 1 + 2 * page;
            }
            return slots;
        }
    },
    /** Neighbours in descending order: no two are a run. */
    REVERSE {
        @Override
        public int[] slots(int pages) {
            int[] slots = new int[pages];
            for (int page = 0; page < pages; page++) {
                slots[page] = pages - page;
            }
            return slots;
        }
    },
    /** Runs of one to three pages, with holes, in no order: what QEMU sends. */
    UNSORTED {
        @Override
        public int[] slots(int pages) {
            int[] ascending = new int[pages];
            for (int page = 0; page < pages; page++) {
                ascending[page] = 1 + page + page / 3;
            }
            SplittableRandom random = new SplittableRandom(pages);
            int[] slots = new int[pages];
            int filled = 0;
            int groups = (pages + 2) / 3;
            boolean[] taken = new boolean[groups];
            while (filled < pages) {
                int group = random.nextInt(groups);
                if (!taken[group]) {
                    taken[group] = true;
                    for (int page = 3 * group; page < Math.min(3 * group + 3, pages); page++) {
                        slots[filled++] = ascending[page];
                    }
                }
            }
            return slots;
        }
    },
    /** Neighbours in memory, but a RAM segment ends between them: two runs, at one's end and the other's start. */
    SEGMENT_EDGES {
        @Override
        public int[] slots(int pages) {
            return ONE_RUN.slots(pages);
        }

        @Override
        public int segmentStart(int pages) {
            return 1 + (pages + 1) / 2;
        }
    };

    /** Where each page lies, in payload order; slot 0 and the one after the last stay free. */
    public abstract int[] slots(int pages);

    /** The slot at which the second segment starts; 0 if there is only one. */
    public int segmentStart(int pages) {
        return 0;
    }
}
